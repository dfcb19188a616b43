import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import {
  countOf,
  form,
  inParallel,
  register,
  requestOtpAndFollow,
  verifyOtp,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';

/** V2, G6: wrong guesses from networks of networks, and the guesses that a clean network keeps. */

const TOO_MANY = 'TooManyRequestsError';
const WRONG = 'InvalidOtpError';
const LIMITS = { FAILURES_PER_NETWORK_PER_HOUR: '60', FAILURES_PER_HOUR: '12000' };

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function serviceWith(env: Record<string, string>): Promise<TestService> {
  const service = await startService({ env: { TRUST_PROXY: '1', ...env } });
  closing.unshift(() => service.close());
  return service;
}

let serial = 0;
function nextNumber(): string {
  serial += 1;
  return `+9779802${String(serial).padStart(6, '0')}`;
}

function from(address: string) {
  return { headers: { 'x-forwarded-for': address } };
}

function guess(service: TestService, address: string) {
  return verifyOtp(service, { phoneNumber: nextNumber(), otp: '000000' }, from(address));
}

/** Wrong guesses one after the other from addresses in turn: how many were compared. */
async function compared(service: TestService, times: number, addressOf: (index: number) => string): Promise<number> {
  const answers = [];
  for (let index = 0; index < times; index += 1) answers.push(await guess(service, addressOf(index)));
  return countOf(answers)[WRONG] ?? 0;
}

/** Five a network: ten a /48, fifteen a /32 and a /16. A clean network keeps three. */
test.each([
  ['IPv6 /48', 3, (network: number) => `2001:db8:1:${(network * 256).toString(16)}::1`, 10, '2001:db8:1:ff00::1'],
  ['IPv6 /32', 4, (network: number) => `2001:db8:${network.toString(16)}::1`, 15, '2001:db8:ffff::1'],
  ['IPv4 /16', 4, (network: number) => `10.1.${network}.1`, 15, '10.1.255.1'],
])(
  '%s: its networks share a larger limit, and a clean one keeps a few guesses',
  async (_name, networks, addressOf, most, clean) => {
    const service = await serviceWith(LIMITS);
    // They fail in turn: each has its three guesses whatever the others do.
    expect(await compared(service, 40, (index) => addressOf(index % networks))).toBe(most);
    expect(await compared(service, 6, () => clean)).toBe(3);
    expect(await guess(service, '192.0.2.1')).toMatchObject({ __typename: WRONG });
  },
);

test('a clean network in a large one that fails on and on: at ten times the limit of the large one it ends', async () => {
  const service = await serviceWith({ ...LIMITS, FAILURES_PER_NETWORK_PER_HOUR: '12' });
  // One a network, three a /32: thirty for clean networks.
  expect(await compared(service, 40, (index) => `2001:db8:${index.toString(16)}::1`)).toBe(30);
  expect(await guess(service, '2001:db9::1')).toMatchObject({ __typename: WRONG });
});

test('a thousand failures from everywhere leave a clean network its right password', async () => {
  const service = await serviceWith({ FAILURES_PER_HOUR: '120' });
  const input = form({ phoneNumber: nextNumber(), email: 'clean@example.com' });
  await register(service, input, from('198.51.100.1'));
  await inParallel(200, (index) => guess(service, `10.${index % 5}.0.1`));
  const credentials = { identifier: 'clean@example.com', password: input['password'] };
  expect(await login(service, credentials, from('10.2.0.1'))).toMatchObject({ __typename: TOO_MANY });
  expect(await login(service, credentials, from('198.51.100.1'))).toMatchObject({ __typename: 'LoginSuccess' });
});

test('a flood of wrong guesses whose counting hangs does not hold up right ones', async () => {
  const service = await serviceWith({ FAILURES_PER_HOUR: '1200000', FAILURES_PER_NETWORK_PER_HOUR: '1200000' });
  const honest: { address: string; phoneNumber: string; otp: string; requestToken: string }[] = [];
  for (const address of ['198.51.100.1', '10.9.0.1', '10.1.0.1']) {
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber: nextNumber() });
    const phoneNumber = `+9779802${String(serial).padStart(6, '0')}`;
    honest.push({ address, phoneNumber, otp: service.phone.code(phoneNumber), requestToken });
  }
  // Both networks have failed before: the last one floods.
  await Promise.all(['10.9.0.1', '10.1.0.1'].map((address) => guess(service, address)));
  await service.db.transaction(async (other) => {
    await other.execute(sql`SELECT 1 FROM failure_counts WHERE key = 'all' FOR UPDATE`);
    const flood = inParallel(20, () => guess(service, '10.1.0.1'));
    const outcomes = honest.map(({ address, requestToken, ...input }, index) =>
      verifyOtp(service, { ...input, ...(index === 2 && { requestToken }) }, from(address)),
    );
    const answers = await Promise.race([Promise.all(outcomes), flood]);
    expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 3 });
    await other.execute(sql`ROLLBACK`);
    expect(countOf(await flood)).toEqual({ [WRONG]: 20 });
  });
});

test('a hundred failures at the same moment are all counted', async () => {
  const service = await serviceWith({ FAILURES_PER_HOUR: '1200000', FAILURES_PER_NETWORK_PER_HOUR: '1200000' });
  await inParallel(100, (index) => guess(service, `10.${index % 50}.${index % 7}.1`));
  const [row] = await service.db.execute(
    sql`SELECT sum(failures)::int AS counted FROM failure_counts WHERE key = 'all'`,
  );
  expect(row).toEqual({ counted: 100 });
});
