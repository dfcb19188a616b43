import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../src/users/password.js';
import { startCaptchaService } from '../support/captcha/captcha-service.js';
import { countOf, form, inParallel, obtainCode, problemsOf, register } from '../support/operations/operations.js';
import { startService, type TestService, type TestServiceOptions } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';

/** V1, V4 and V9 for registrations without a code: they cost no text, so anyone can send as many as they like. */

const REGISTERED = 'RegisterSuccess';
const TOO_MANY = 'TooManyRequestsError';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Limits {
  readonly perNetwork?: number;
  readonly perDay?: number;
}

function environment({ perNetwork = 1_000, perDay = 1_000_000 }: Limits) {
  const limits = { REGISTRATIONS_PER_NETWORK_PER_HOUR: String(perNetwork), REGISTRATIONS_PER_DAY: String(perDay) };
  return { TRUST_PROXY: '1', ...limits };
}

async function serviceWith(limits: Limits, options: TestServiceOptions = {}): Promise<TestService> {
  const service = await startService({ env: environment(limits), ...options });
  closing.push(() => service.close());
  return service;
}

let serial = 0;

/** A form with names that are free. */
function nextForm(changes: Record<string, unknown> = {}) {
  serial += 1;
  const phoneNumber = `+977981${String(serial).padStart(7, '0')}`;
  return form({ phoneNumber, email: `r${serial}@example.com`, ...changes });
}

function from(address: string) {
  return { headers: { 'x-forwarded-for': address } };
}

/** Another network each time, of every size. */
function elsewhere(): string {
  serial += 1;
  return `${1 + (serial % 200)}.${Math.floor(serial / 200) % 200}.7.7`;
}

function registerFrom(service: TestService, address: string, changes: Record<string, unknown> = {}) {
  return register(service, nextForm(changes), from(address));
}

/** Registers one after the other. */
async function several(service: TestService, times: number, address: () => string) {
  const answers = [];
  for (let time = 0; time < times; time += 1) answers.push(await registerFrom(service, address()));
  return answers;
}

async function accounts({ db }: TestService): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`SELECT count(*)::int AS count FROM users`);
  return row?.count ?? Number.NaN;
}

describe('registrations without a code', () => {
  test('V1: one network spends only its own, until the hour is over', async () => {
    const service = await serviceWith({ perNetwork: 3 });
    const answers = await several(service, 5, () => '192.0.2.7');
    expect(countOf(answers)).toEqual({ [REGISTERED]: 3, [TOO_MANY]: 2 });
    const { retryAfterSeconds, message } = answers[4];
    expect(retryAfterSeconds).toBeGreaterThan(3_000);
    expect(message).toMatch(/^Too many accounts were registered lately\. Try again in .+\.$/);
    expect(countOf(await several(service, 3, elsewhere))).toEqual({ [REGISTERED]: 3 });
    service.clock.advance(retryAfterSeconds - 1);
    expect(await registerFrom(service, '192.0.2.8')).toMatchObject({ __typename: TOO_MANY, retryAfterSeconds: 1 });
    service.clock.advance(1);
    expect(await registerFrom(service, '192.0.2.8')).toMatchObject({ __typename: REGISTERED });
  });

  test('V1: whoever rents an IPv6 /48 or /32, or an IPv4 /16, leaves room for all others', async () => {
    // In five minutes: 40 in all, 4 from a /48, 10 from a /32 or an IPv4 /16.
    const service = await serviceWith({ perDay: 1_920 });
    const of48 = () => `2001:db8:1:${(serial % 200).toString(16)}00::7`;
    expect(countOf(await several(service, 8, of48))).toEqual({ [REGISTERED]: 4, [TOO_MANY]: 4 });
    const of32 = () => `2001:db8:${(2 + (serial % 200)).toString(16)}:1::7`;
    expect(countOf(await several(service, 10, of32))).toEqual({ [REGISTERED]: 6, [TOO_MANY]: 4 });
    const of16 = () => `198.51.${serial % 200}.7`;
    expect(countOf(await several(service, 12, of16))).toEqual({ [REGISTERED]: 10, [TOO_MANY]: 2 });
    expect(countOf(await several(service, 20, elsewhere))).toEqual({ [REGISTERED]: 20 });
  });

  test('V9: a burst from everywhere spends five minutes, then the hour, and not the day', async () => {
    // 10 in five minutes, 60 in an hour.
    const service = await serviceWith({ perDay: 480 });
    const answers = await several(service, 12, elsewhere);
    expect(countOf(answers)).toEqual({ [REGISTERED]: 10, [TOO_MANY]: 2 });
    expect(answers[11].retryAfterSeconds).toBeLessThanOrEqual(330);
    service.clock.advance(answers[11].retryAfterSeconds);
    expect(countOf(await several(service, 12, elsewhere))).toEqual({ [REGISTERED]: 10, [TOO_MANY]: 2 });
    for (let slice = 2; slice < 6; slice += 1) {
      service.clock.advance(330);
      await several(service, 10, elsewhere);
    }
    service.clock.advance(330);
    const beyond = await registerFrom(service, elsewhere());
    expect(beyond.__typename).toBe(TOO_MANY);
    expect(beyond.retryAfterSeconds).toBeLessThanOrEqual(3_900);
    service.clock.advance(beyond.retryAfterSeconds);
    expect(await registerFrom(service, elsewhere())).toMatchObject({ __typename: REGISTERED });
  });

  test('a hundred at the same moment are no more than the limit, and a refused network spends nothing of others', async () => {
    const service = await serviceWith({ perNetwork: 3, perDay: 480 });
    const answers = await inParallel(100, () => registerFrom(service, '192.0.2.7'));
    expect(countOf(answers)).toEqual({ [REGISTERED]: 3, [TOO_MANY]: 97 });
    const others = await inParallel(50, () => registerFrom(service, elsewhere()));
    expect(countOf(others)).toEqual({ [REGISTERED]: 7, [TOO_MANY]: 43 });
    expect(await accounts(service)).toBe(10);
  });

  test('each question whose number or email address is taken spends one, too', async () => {
    const service = await serviceWith({ perNetwork: 3 });
    const known = nextForm();
    const verificationCode = await obtainCode(service, String(known['phoneNumber']));
    await register(service, { ...known, verificationCode }, from(elsewhere()));
    for (const field of ['phoneNumber', 'email', 'phoneNumber']) {
      const answer = await registerFrom(service, '192.0.2.7', { [field]: known[field] });
      expect(Object.keys(problemsOf(answer))).toEqual([field]);
    }
    expect(await registerFrom(service, '192.0.2.7', { email: known['email'] })).toMatchObject({ __typename: TOO_MANY });
  });

  test('a form that is wrong in itself spends nothing', async () => {
    const service = await serviceWith({ perNetwork: 1 });
    for (let time = 0; time < 3; time += 1) {
      const answer = await registerFrom(service, '192.0.2.7', { passwordConfirm: 'another' });
      expect(Object.keys(problemsOf(answer))).toEqual(['passwordConfirm']);
    }
    expect(await registerFrom(service, '192.0.2.7')).toMatchObject({ __typename: REGISTERED });
  });

  test('are over, and people with a code still register: the text was paid for', async () => {
    const service = await serviceWith({ perDay: 1 });
    expect(countOf(await several(service, 2, elsewhere))).toEqual({ [REGISTERED]: 1, [TOO_MANY]: 1 });
    const input = nextForm();
    const verificationCode = await obtainCode(service, String(input['phoneNumber']));
    expect(await register(service, { ...input, verificationCode })).toMatchObject({ __typename: REGISTERED });
  });

  test('refused by the hundred, are one line in the log', async () => {
    const service = await serviceWith({ perNetwork: 1 });
    await several(service, 20, () => '192.0.2.7');
    const lines = service.logs.filter((line) => line.includes('registrations without a code are refused'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ budget: 'registrations:network:192.0.2.0/24:3600', level: 40 }),
    ]);
  });
});

describe('where a CAPTCHA is asked for on suspicion', () => {
  test('more than five from one network need one, also a hundred at the same moment', async () => {
    const { service, provider, close } = await startCaptchaService('on-suspicion', { env: environment({}) });
    closing.push(close);
    const answers = await inParallel(100, () => registerFrom(service, '192.0.2.7'));
    expect(countOf(answers)).toEqual({ [REGISTERED]: 5, CaptchaRequiredError: 95 });
    const solved = await registerFrom(service, '192.0.2.7', { captchaToken: provider.solve() });
    expect(solved).toMatchObject({ __typename: REGISTERED });
    expect(await registerFrom(service, elsewhere())).toMatchObject({ __typename: REGISTERED });
  });

  test('a burst from everywhere needs them, too', async () => {
    // 10 in five minutes, of which 5 need none.
    const env = environment({ perDay: 480 });
    const { service, provider, close } = await startCaptchaService('on-suspicion', { env });
    closing.push(close);
    const answers = await several(service, 8, elsewhere);
    expect(countOf(answers)).toEqual({ [REGISTERED]: 5, CaptchaRequiredError: 3 });
    const solved = [];
    for (let time = 0; time < 7; time += 1) {
      solved.push(await registerFrom(service, elsewhere(), { captchaToken: provider.solve() }));
    }
    expect(countOf(solved)).toEqual({ [REGISTERED]: 5, [TOO_MANY]: 2 });
  });
});

describe('V4: a flood of registrations from many networks', () => {
  test('holds up no login, and is refused beyond two seconds of work', async () => {
    const service = await serviceWith({}, { passwordCost: PASSWORD_COST, longestHashingWaitMs: 2_000 });
    const asha = nextForm({ username: 'asha' });
    await register(service, asha, from(elsewhere()));
    let ended = 0;
    const flood = inParallel(300, () => registerFrom(service, elsewhere()).finally(() => (ended += 1)));
    while (ended === 0) await login(service, { identifier: 'no account', password: 'of this name' });
    const registeredBefore = await accounts(service);
    const answer = await login(service, { identifier: 'asha', password: asha['password'] });
    const registeredMeanwhile = (await accounts(service)) - registeredBefore;
    expect(answer).toMatchObject({ __typename: 'LoginSuccess' });
    const { [REGISTERED]: made = 0, [TOO_MANY]: refused = 0, ...others } = countOf(await flood);
    expect(others).toEqual({});
    expect(made + refused).toBe(300);
    expect(made).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect(registeredMeanwhile).toBeLessThan(30);
    expect(await registerFrom(service, elsewhere())).toMatchObject({ __typename: REGISTERED });
  });

  test('who is refused is told when to come back, and has spent nothing', async () => {
    const service = await serviceWith({ perNetwork: 300 }, { longestHashingWaitMs: 50 });
    const answers = await inParallel(200, () => registerFrom(service, '192.0.2.7'));
    const { [REGISTERED]: made = 0 } = countOf(answers);
    const refused = answers.filter(({ __typename }) => __typename === TOO_MANY);
    expect(made + refused.length).toBe(200);
    expect(refused.length).toBeGreaterThan(100);
    for (const { retryAfterSeconds } of refused) expect(retryAfterSeconds).toBe(1);
    const [spent] = await service.db.execute(sql`
      SELECT sum(unit)::int AS units FROM rate_budgets, unnest(counts) unit WHERE key LIKE 'registrations:network:%/24:%'`);
    expect(spent).toEqual({ units: made });
  });
});
