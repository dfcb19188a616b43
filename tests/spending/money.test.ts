import { describe, expect, onTestFinished, test } from 'vitest';
import { countOf, inParallel, requestOtp, signIn } from '../support/operations/operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** M1: what many requests together may cost, with two services on one database and many requests at one moment. */

const SENT = 'RequestOtpSuccess';
const REFUSED = 'TooManyRequestsError';

/**
 * Sizes of the budgets. In five minutes, a country gets a sixth of its hour, and newcomers four fifths of that. Ranges get a
 * quarter (6 digits) and a tenth (8 digits) of the country's hour.
 */
async function limited(sizes: { country?: number; network?: number; all?: number }): Promise<TwoProcesses> {
  const { country = 1_000_000, network = 1_000_000, all = 100_000_000 } = sizes;
  const processes = await startTwoProcesses({
    env: {
      TRUST_PROXY: '1',
      SENDS_PER_COUNTRY_PER_HOUR: String(country),
      SENDS_PER_NETWORK_PER_HOUR: String(network),
      SENDS_PER_DAY: String(all),
    },
  });
  onTestFinished(() => processes.close());
  return processes;
}

/** Asks for a code to each number, fifty at the same moment, by turns at both services, from networks everywhere. */
async function askForAll(processes: TwoProcesses, phoneNumbers: readonly string[]) {
  const answers = [];
  for (let start = 0; start < phoneNumbers.length; start += 50) {
    const batch = phoneNumbers.slice(start, start + 50);
    const from = (index: number) => ({ headers: { 'x-forwarded-for': `10.${index}.${start / 50}.1` } });
    const ask = (index: number) => requestOtp(processes.turn(index), { phoneNumber: batch[index] }, from(index));
    answers.push(...(await inParallel(batch.length, ask)));
  }
  return answers;
}

function sentBy({ first, second }: TwoProcesses): string[] {
  return [...first.phone.messages, ...second.phone.messages].map(({ to }) => to);
}

/** The names of the budgets that log lines gave as the reason. */
function budgetsInLogs({ first, second }: TwoProcesses): Set<string> {
  const lines = [...first.logs, ...second.logs].map((line) => JSON.parse(line) as { budget?: string });
  return new Set(lines.flatMap(({ budget }) => budget ?? []));
}

/** Mobile numbers of Nepal: seven ranges of six digits by turns, each with many of eight. */
const nepali = (count: number) =>
  Array.from({ length: count }, (_, index) => `+97798${'0124568'[index % 7]}${String(index * 7919).padStart(7, '0')}`);
const series = (prefix: string, count: number, digits: number) =>
  Array.from({ length: count }, (_, index) => prefix + String(index).padStart(digits, '0'));

describe('M1: a thousand requests', () => {
  test('for one country stop at its budget, and others get their codes', async () => {
    const processes = await limited({ country: 240 });
    const answers = await askForAll(processes, nepali(1000));
    expect(countOf(answers)).toEqual({ [SENT]: 32, [REFUSED]: 968 });
    expect(sentBy(processes)).toHaveLength(32);
    expect(budgetsInLogs(processes)).toContain('country_newcomers');
    const elsewhere = await askForAll(processes, ['+255679190720', '+33612345678', '+14155550123']);
    expect(countOf(elsewhere)).toEqual({ [SENT]: 3 });
  });

  test('for one range of eight digits stop at a tenth of the country, and other ranges get their codes', async () => {
    const processes = await limited({ country: 240 });
    const answers = await askForAll(processes, series('+97798000', 300, 5));
    expect(countOf(answers)).toEqual({ [SENT]: 24, [REFUSED]: 276 });
    expect(budgetsInLogs(processes)).toContain('narrow_range');
    expect(await requestOtp(processes.first, { phoneNumber: '+9779800100000' })).toMatchObject({ __typename: SENT });
  });

  test('for one range of six digits, spread thinly over it, stop at a quarter of the country', async () => {
    const processes = await limited({ country: 120 });
    const answers = [];
    for (let round = 0; round < 4; round += 1) {
      const spread = Array.from(
        { length: 60 },
        (_, index) => `+977980${String(index).padStart(2, '0')}${10_000 + 100 * round + index}`,
      );
      answers.push(...(await askForAll(processes, spread)));
      processes.first.clock.advance(330);
    }
    expect(countOf(answers)).toEqual({ [SENT]: 30, [REFUSED]: 210 });
    expect(budgetsInLogs(processes)).toContain('wide_range');
    expect(await requestOtp(processes.first, { phoneNumber: '+9779840000000' })).toMatchObject({ __typename: SENT });
  });

  test('for many countries stop at the budget of all', async () => {
    const processes = await limited({ all: 1920 });
    const everywhere = [...nepali(40), ...series('+2556791', 40, 5), ...series('+336123', 40, 5)];
    expect(countOf(await askForAll(processes, everywhere))).toEqual({ [SENT]: 32, [REFUSED]: 88 });
    expect(sentBy(processes)).toHaveLength(32);
    expect(budgetsInLogs(processes)).toContain('all_newcomers');
  });
});

describe('a network that asks for many', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  test('may change its address inside IPv6 /56 and IPv4 /24, and is still one network', async () => {
    const processes = await limited({ network: 3 });
    const numbers = nepali(40);
    const ask = (index: number, address: string) =>
      requestOtp(processes.turn(index), { phoneNumber: numbers[index] }, from(address));
    const six = await inParallel(12, (index) => ask(index, `2001:db8:1:1${index % 10}${index % 7}::${index + 1}`));
    expect(countOf(six)).toEqual({ [SENT]: 3, [REFUSED]: 9 });
    expect(await ask(12, '2001:db8:1:200::1')).toMatchObject({ __typename: SENT });
    const four = await inParallel(12, (index) => ask(13 + index, `203.0.113.${index + 1}`));
    expect(countOf(four)).toEqual({ [SENT]: 3, [REFUSED]: 9 });
    expect(await ask(26, '203.0.112.1')).toMatchObject({ __typename: SENT });
    expect(budgetsInLogs(processes)).toEqual(new Set(['network']));
  });

  test('G4: cannot pretend to be another one to a service without a proxy in front', async () => {
    const { first, second, close } = await startTwoProcesses({ env: { SENDS_PER_NETWORK_PER_HOUR: '3' } });
    const headers = (index: number) => ({
      'x-forwarded-for': `198.51.${index}.1`,
      forwarded: `for=198.51.${index}.1`,
      'x-real-ip': `198.51.${index}.1`,
    });
    const answers = await inParallel(12, (index) =>
      requestOtp(index % 2 ? first : second, { phoneNumber: nepali(12)[index] }, { headers: headers(index) }),
    );
    expect(countOf(answers)).toEqual({ [SENT]: 3, [REFUSED]: 9 });
    await close();
  });
});

test('the answer tells when to come back and not which budget refused, for known and unknown numbers alike', async () => {
  const processes = await limited({ country: 10, network: 20 });
  const { first: service, second } = processes;
  const known = '+9779840000001';
  await signIn(service, known);
  service.clock.advance(60);
  const narrow = [known, '+9779840000002'];
  const answers = await Promise.all(narrow.map((phoneNumber) => requestOtp(second, { phoneNumber })));
  const [one, other] = answers;
  expect(one).toEqual(other);
  expect(one).toEqual({
    __typename: REFUSED,
    message: expect.stringMatching(/^No code can be sent right now\. Try again in \d+ (seconds|minutes|hours)\.$/),
    retryAfterSeconds: expect.any(Number),
  });
  service.clock.advance(one.retryAfterSeconds - 1);
  expect(await requestOtp(service, { phoneNumber: known })).toMatchObject({
    __typename: REFUSED,
    retryAfterSeconds: 1,
  });
  service.clock.advance(1);
  expect(await requestOtp(service, { phoneNumber: known })).toMatchObject({ __typename: SENT });
  const lines = [...service.logs, ...second.logs].filter((line) => line.includes('"narrow_range"'));
  // One line for each process and window, however many are refused.
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      level: 40,
      msg: 'send budget is spent',
      window: '1h',
      country: 'NP',
      phoneNumber: expect.stringContaining('…'),
      setting: 'SENDS_PER_COUNTRY_PER_HOUR',
    });
    expect(line).not.toContain('98400000');
  }
});
