import { describe, expect, onTestFinished, test } from 'vitest';
import { type Device, signInOn } from '../support/devices.js';
import { countOf, inParallel, requestOtp, signIn } from '../support/operations/operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';
import type { TestService } from '../support/service.js';

/** V1, V9, M1, M5: one who asks for as many codes as there are, and what is left for the others (docs/sending-limits.md). */

const SENT = 'RequestOtpSuccess';
const REFUSED = 'TooManyRequestsError';
/** Seconds until five minutes, or an hour, are out of every slot. */
const [FIVE_MINUTES, HOUR] = [330, 3_900];

let serial = 0;

/** 100 codes in five minutes, of which newcomers get 80; 600 in an hour; 4,800 in a day. */
async function limited(env: Record<string, string> = {}): Promise<TwoProcesses> {
  const wide = { SENDS_PER_COUNTRY_PER_HOUR: '1000000', TRUST_PROXY: '1' };
  const processes = await startTwoProcesses({ env: { ...wide, SENDS_PER_DAY: '4800', ...env } });
  onTestFinished(() => processes.close());
  return processes;
}

/** Each in a range of its own. */
function newcomer(): string {
  serial += 1;
  return `+25567${String((serial * 10_007) % 10_000_000).padStart(7, '0')}`;
}

async function flood(processes: TwoProcesses, count: number, address: (index: number) => string) {
  const headers = (index: number) => ({ headers: { 'x-forwarded-for': address(index) } });
  const ask = (index: number) => requestOtp(processes.turn(index), { phoneNumber: newcomer() }, headers(index));
  return countOf(await inParallel(count, ask));
}

const anywhere = (index: number) => `10.${index % 250}.${Math.floor(index / 250)}.1`;

/** Somebody who signed in a day ago. */
async function owner(service: TestService): Promise<Device & { phoneNumber: string }> {
  const phoneNumber = newcomer();
  const device = await signInOn(service, phoneNumber);
  service.clock.advance(86_400 + 7_200);
  return { ...device, phoneNumber };
}

const ask = (service: TestService, input: object, address: string) =>
  requestOtp(service, input as { phoneNumber: string }, { headers: { 'x-forwarded-for': address } });

describe('V1: a network asks for as many codes as it gets', () => {
  test.each<[string, number, (index: number) => string]>([
    ['an IPv6 /48, from all of its /56', 10, (index) => `2001:db8:1:${index.toString(16)}00::1`],
    ['an IPv6 /32, from all of its /48', 25, (index) => `2001:db8:${index.toString(16)}::1`],
    ['an IPv4 /16, from all of its /24', 25, (index) => `203.0.${index}.7`],
  ])('%s: it gets its share, and all others are served', async (_, share, address) => {
    const processes = await limited();
    const { phoneNumber, deviceToken } = await owner(processes.first);
    expect(await flood(processes, 70, address)).toEqual({ [SENT]: share, [REFUSED]: 70 - share });
    expect(await flood(processes, 40, (index) => `198.${index}.0.1`)).toEqual({ [SENT]: 40 });
    // Also whoever signed in from this network before.
    expect(await ask(processes.second, { phoneNumber, deviceToken }, address(3))).toMatchObject({ __typename: SENT });
  });

  test('an IPv6 /48 that comes back every five minutes gets its share of the hour', async () => {
    const processes = await limited({ SENDS_PER_DAY: '960' });
    let sent = 0;
    for (let round = 0; round < 9; round += 1) {
      const { [SENT]: more = 0 } = await flood(processes, 8, (index) => `2001:db8:1:${index.toString(16)}00::1`);
      sent += more;
      processes.first.clock.advance(FIVE_MINUTES);
    }
    expect(sent).toBe(12);
  });
});

describe('V9: a burst from everywhere', () => {
  test('spends five minutes, and not the hour', async () => {
    const processes = await limited();
    expect(await flood(processes, 120, anywhere)).toEqual({ [SENT]: 80, [REFUSED]: 40 });
    processes.first.clock.advance(FIVE_MINUTES);
    expect(await flood(processes, 20, anywhere)).toEqual({ [SENT]: 20 });
  });

  test('that goes on spends the hour, and not the day', async () => {
    const processes = await limited({ SENDS_PER_DAY: '240' });
    const sent: number[] = [];
    for (let hour = 0; hour < 10; hour += 1) {
      sent.push(0);
      for (let round = 0; round < 8; round += 1) {
        const { [SENT]: more = 0 } = await flood(processes, 5, anywhere);
        sent[hour] = (sent[hour] ?? 0) + more;
        processes.first.clock.advance(FIVE_MINUTES);
      }
      processes.first.clock.advance(HOUR - 8 * FIVE_MINUTES);
    }
    // 4 in five minutes, 24 in an hour, 192 in a day.
    expect(sent).toEqual([...Array(8).fill(24), 0, 0]);
  });

  test('tells the operator at 50, 80 and 100 %, once for both processes, and nothing for each person', async () => {
    const processes = await limited({ SENDS_PER_DAY: '480' });
    await flood(processes, 60, anywhere);
    const lines = [...processes.first.logs, ...processes.second.logs].map((line) => JSON.parse(line));
    const told = lines.filter(({ of, window }) => of === 'all:newcomers' && window === '5m');
    expect(told.map(({ percent }) => percent).sort((one, other) => one - other)).toEqual([50, 80, 100]);
    expect(told[0]).toMatchObject({
      level: 40,
      max: 8,
      setting: 'SENDS_PER_DAY',
      msg: expect.stringMatching(/^send budget is/),
    });
    expect(lines.filter(({ msg }) => /budget/.test(msg)).length).toBeLessThan(15);
  });

  test('is seen in the metrics, by everybody who has an alert', async () => {
    const processes = await limited({ SENDS_PER_DAY: '960', SENDS_PER_COUNTRY_PER_HOUR: '60', METRICS_PORT: '9464' });
    const url = await processes.first.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
    expect(await flood(processes, 4, anywhere)).toEqual({ [SENT]: 4 });
    await processes.first.background.sends.look();
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('phone_accounts_send_budget_filling{budget="all:newcomers",window="5m"} 0.25');
    expect(text).toContain('phone_accounts_send_budget_filling{budget="country:TZ:newcomers",window="5m"} 0.5');
    expect(text).not.toContain('budget="country:TZ",window="24h"');
  });
});

describe('M5: when newcomers have spent all that they get', () => {
  test('a known device is sent its code, and all others are told the same', async () => {
    const processes = await limited({ SENDS_PER_DAY: '480' });
    const { phoneNumber, deviceToken } = await owner(processes.first);
    const verified = newcomer();
    await signIn(processes.first, verified);
    processes.first.clock.advance(FIVE_MINUTES);
    expect(await flood(processes, 30, anywhere)).toEqual({ [SENT]: 8, [REFUSED]: 22 });
    expect(await ask(processes.second, { phoneNumber, deviceToken }, '192.0.2.1')).toMatchObject({ __typename: SENT });
    const [known, unknown] = await Promise.all(
      [verified, newcomer()].map((each) => ask(processes.second, { phoneNumber: each }, '192.0.2.1')),
    );
    expect(known).toMatchObject({ __typename: REFUSED });
    expect(known).toEqual(unknown);
  });

  test('of one country: its known devices are served, and newcomers of other countries', async () => {
    const processes = await limited({ SENDS_PER_COUNTRY_PER_HOUR: '60' });
    const { phoneNumber, deviceToken } = await owner(processes.first);
    expect(await flood(processes, 30, anywhere)).toEqual({ [SENT]: 8, [REFUSED]: 22 });
    expect(await ask(processes.first, { phoneNumber, deviceToken }, anywhere(1))).toMatchObject({ __typename: SENT });
    expect(await ask(processes.first, { phoneNumber: '+9779841234567' }, anywhere(1))).toMatchObject({
      __typename: SENT,
    });
  });

  test('of one range of numbers, its known devices are served', async () => {
    const processes = await limited({ SENDS_PER_COUNTRY_PER_HOUR: '120' });
    const [mine, range] = ['+9779841230000', '+97798412'];
    const { deviceToken } = await signInOn(processes.first, mine);
    processes.first.clock.advance(86_400 + 7_200);
    const numbers = Array.from({ length: 15 }, (_, index) => `${range}4${String(index).padStart(4, '0')}`);
    const asked = await inParallel(15, (index) =>
      ask(processes.first, { phoneNumber: numbers[index] }, anywhere(index)),
    );
    expect(countOf(asked)).toEqual({ [SENT]: 12, [REFUSED]: 3 });
    const known = await ask(processes.first, { phoneNumber: mine, deviceToken }, anywhere(1));
    expect(known).toMatchObject({ __typename: SENT });
  });
});

test('500 requests at the same moment at two processes: no more codes than there are, and hardly fewer', async () => {
  // Large enough for processes to take parts ahead: 400 for newcomers in five minutes.
  const processes = await limited({ SENDS_PER_DAY: '24000' });
  const { [SENT]: sent = 0 } = await flood(processes, 500, anywhere);
  expect(sent).toBeLessThanOrEqual(400);
  expect(sent).toBeGreaterThanOrEqual(396);
  expect([...processes.first.phone.messages, ...processes.second.phone.messages]).toHaveLength(sent);
});
