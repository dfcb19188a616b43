import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/platform/random.js';
import { giveVerifiedEmail } from '../support/email-codes.js';
import { giveEmail, requestEmailOtp, verifyEmail } from '../support/operations/email-operations.js';
import { obtainCode, otpDelivery, requestOtp, signIn, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

let service: TestService;
let people = 0;

beforeAll(async () => {
  const sizes = { SENDS_PER_NETWORK_PER_HOUR: '100000', SENDS_PER_DAY: '2000' };
  service = await startService({ env: { ...sizes, TRUST_PROXY: '1' } });
});
afterAll(() => service.close());

async function somebody(): Promise<{ token: string; email: string; id: string }> {
  people += 1;
  const { tokens, user } = await signIn(service, `+97798420${String(people).padStart(5, '0')}`);
  return { token: tokens.accessToken, email: `asker-${people}@people.example`, id: user.id };
}

const reset = (email: string) => requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });

/** How many emails have gone to an address. */
const mailsTo = (email: string) => service.phone.to(email).length;

/** The rows that a request leaves, but for what differs from one to the next. */
async function rowsOf(email: string): Promise<object> {
  const challenges = await service.db.execute(
    `SELECT purpose, attempts, sends, channel FROM otp_challenges WHERE phone_number = '${email}'`,
  );
  const messages = await service.db.execute(
    `SELECT purpose, channel, provider, locale FROM messages WHERE phone_number = '${email}'`,
  );
  return { challenges: [...challenges], messages: [...messages] };
}

describe('a forgotten password', () => {
  test('is answered alike for an address with an account and for one without; only the first gets an email', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    await service.db.execute(`DELETE FROM messages`);
    await service.db.execute(`DELETE FROM otp_challenges WHERE phone_number = '${email}'`);
    const before = mailsTo(email);
    const known = await reset(email);
    const unknown = await reset('nobody@people.example');
    const { requestToken: first, email: _, ...same } = known;
    const { requestToken: second, email: __, ...other } = unknown;
    expect(other).toEqual(same);
    expect(first.length).toBe(second.length);
    expect(await rowsOf('nobody@people.example')).toEqual(await rowsOf(email));
    expect(mailsTo(email)).toBe(before + 1);
    expect(mailsTo('nobody@people.example')).toBe(0);
    // Nobody learns from the message whether there is one.
    expect(await otpDelivery(service, first)).toBeNull();
    expect(await otpDelivery(service, second)).toBeNull();
    const again = await Promise.all([reset(email), reset('nobody@people.example')]);
    expect(again.map(({ __typename }) => __typename)).toEqual(['TooManyRequestsError', 'TooManyRequestsError']);
  });

  test('sends nothing to an address that an account only named', async () => {
    const { email, id } = await somebody();
    await service.db.execute(`UPDATE users SET email = '${email}' WHERE id = '${id}'`);
    expect((await reset(email)).__typename).toBe('RequestEmailOtpSuccess');
    expect(mailsTo(email)).toBe(0);
  });

  test('tells nothing of a mailbox that mail servers refused', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    service.clock.advance(61);
    const before = mailsTo(email);
    await refuse(email);
    expect((await reset(email)).__typename).toBe('RequestEmailOtpSuccess');
    expect(mailsTo(email)).toBe(before);
  });
});

/** As a mail server does that has no such mailbox. */
async function refuse(email: string): Promise<void> {
  const { outbox } = service.background;
  service.phone.send = async (message) => {
    Reflect.deleteProperty(service.phone, 'send');
    service.phone.messages.push(message);
    return { kind: 'failed', reason: 'invalid_number', providerCode: 'SMTP_550_5.1.1' };
  };
  await reset(email);
  await outbox.drain();
  service.phone.messages.splice(
    service.phone.messages.findLastIndex(({ to }) => to === email),
    1,
  );
  service.clock.advance(61);
}

test('the time until an email is sent is drawn before the answer for every address, and an email goes only to an owner', async () => {
  let draws = 0;
  const bytes = (size: number) => {
    draws += 1;
    return systemRandom.bytes(size);
  };
  const own = await startService({ random: { ...systemRandom, bytes }, sendAfterAnswer: { least: 20, most: 40 } });
  try {
    const phoneNumber = '+9779842099999';
    await requestOtp(own, { phoneNumber });
    await own.background.outbox.drain();
    const { user } = await verifyOtp(own, { phoneNumber, otp: own.phone.code(phoneNumber) });
    await giveVerifiedEmail(own, user.id, 'owner@people.example');
    const drawn = [];
    for (const email of ['owner@people.example', 'nobody@people.example']) {
      draws = 0;
      await requestEmailOtp(own, { email, purpose: 'RESET_PASSWORD' });
      drawn.push(draws);
      await own.background.outbox.drain();
      expect(own.phone.to(email)).toHaveLength(email === 'owner@people.example' ? 1 : 0);
    }
    expect(drawn[0]).toBeGreaterThan(0);
    expect(drawn[1]).toBe(drawn[0]);
  } finally {
    await own.close();
  }
});

test('an address that mail servers refused is told to whoever wants to verify it', async () => {
  const [{ token, email }, other] = [await somebody(), await somebody()];
  await giveEmail(service, email, token);
  service.clock.advance(61);
  await refuse(email);
  const answer = await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token: other.token });
  expect(answer.fields).toMatchObject([{ field: 'email', code: 'UNKNOWN' }]);
});

describe('a code to the own address', () => {
  test('goes to the verified one, whatever is left out, and to no other', async () => {
    const { token, email } = await somebody();
    const none = await requestEmailOtp(service, { purpose: 'REAUTHENTICATE' }, { token });
    expect(none.fields).toMatchObject([{ field: 'purpose', code: 'NOT_OFFERED' }]);
    await giveEmail(service, email, token);
    const asked = await requestEmailOtp(service, { purpose: 'REAUTHENTICATE' }, { token });
    expect(asked).toMatchObject({ __typename: 'RequestEmailOtpSuccess', email });
    const elsewhere = await requestEmailOtp(service, { purpose: 'REAUTHENTICATE', email: 'x@y.example' }, { token });
    expect(elsewhere.fields).toMatchObject([{ field: 'email', code: 'MISMATCH' }]);
  });

  test('needs a session', async () => {
    await expect(requestEmailOtp(service, { purpose: 'REAUTHENTICATE' })).rejects.toThrow('UNAUTHENTICATED');
    await expect(requestEmailOtp(service, { purpose: 'VERIFY_EMAIL', email: 'a@b.example' })).rejects.toThrow(
      'UNAUTHENTICATED',
    );
  });

  test('is not held up by what strangers ask for', async () => {
    const [{ token, email }, stranger] = [await somebody(), await somebody()];
    await giveEmail(service, email, token);
    for (let request = 0; request < 5; request += 1) {
      service.clock.advance(61);
      await reset(email);
    }
    service.clock.advance(61);
    expect((await reset(email)).__typename).toBe('TooManyRequestsError');
    const { accessToken } = (await signIn(service, await numberOf(stranger.id))).tokens;
    await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token: accessToken });
    const own = await requestEmailOtp(service, { purpose: 'REAUTHENTICATE' }, { token });
    expect(own.__typename).toBe('RequestEmailOtpSuccess');
  });
});

async function numberOf(id: string): Promise<string> {
  const [row] = await service.db.execute(`SELECT phone_number FROM users WHERE id = '${id}'`);
  return String(row?.['phone_number']);
}

describe('a sign-in that waits for one more proof', () => {
  const CONTINUE = `mutation ($input: ContinueSignInInput!) { continueSignIn(input: $input) { __typename
    ... on VerifyOtpSuccess { user { id } } } }`;

  /** Somebody on a new device with the number of an account that was not used for long. */
  async function waiting(id: string): Promise<{ methods: string[]; continuationToken: string }> {
    const phoneNumber = await numberOf(id);
    const otp = await obtainCode(service, phoneNumber);
    const document = `mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) {
      __typename ... on FurtherProofRequiredError { methods continuationToken } } }`;
    const { body } = await service.graphql(document, { input: { phoneNumber, otp } });
    return body.data.verifyOtp;
  }

  test('goes on by a code to the verified address, which it does not show to whoever has the number now', async () => {
    const { token, email, id } = await somebody();
    await giveEmail(service, email, token);
    service.clock.advance(91 * 86_400);
    const { methods, continuationToken } = await waiting(id);
    expect(methods).toEqual(['EMAIL_OTP']);
    const asked = await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    expect(asked).toMatchObject({ __typename: 'RequestEmailOtpSuccess', email: 'a…@p….example' });
    expect(JSON.stringify(asked)).not.toContain(email);
    const emailOtp = service.phone.code(email);
    const { body } = await service.graphql(CONTINUE, { input: { continuationToken, emailOtp } });
    expect(body.data.continueSignIn).toEqual({ __typename: 'VerifyOtpSuccess', user: { id } });
    const late = await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    expect(late.fields).toMatchObject([{ field: 'continuationToken', code: 'UNKNOWN' }]);
  });

  test('is nothing without its token, and sends to no address of its choice', async () => {
    const input = { purpose: 'CONTINUE_SIGN_IN' };
    for (const continuationToken of [undefined, null, '', 'e30.e30.forged']) {
      const answer = await requestEmailOtp(service, { ...input, continuationToken });
      expect(answer.fields).toMatchObject([{ field: 'continuationToken', code: 'UNKNOWN' }]);
    }
    const elsewhere = await requestEmailOtp(service, { ...input, email: 'thief@people.example' });
    expect(elsewhere.fields).toMatchObject([{ field: 'email', code: 'NOT_OFFERED' }]);
    expect(mailsTo('thief@people.example')).toBe(0);
  });
});

describe('somebody who floods mailboxes', () => {
  test('sends one mailbox five codes in an hour, however it is spelled and tagged', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    const [mailbox, domain] = email.split('@');
    let sent = 0;
    for (let request = 0; request < 8; request += 1) {
      service.clock.advance(61);
      const answer = await reset(request % 2 === 0 ? email.toUpperCase() : `${mailbox}+${request}@${domain}`);
      if (answer.__typename === 'RequestEmailOtpSuccess') sent += 1;
    }
    expect(sent).toBe(5);
  });

  test('has codes sent to five strangers from one account', async () => {
    const { token } = await somebody();
    const answers: string[] = [];
    for (let request = 0; request < 7; request += 1) {
      const email = `stranger-${request}@victims.example`;
      answers.push((await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token })).__typename);
    }
    expect(answers).toEqual([...Array(5).fill('RequestEmailOtpSuccess'), ...Array(2).fill('TooManyRequestsError')]);
  });

  test('twenty times at the same moment sends one email', async () => {
    const { token, email } = await somebody();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'RequestEmailOtpSuccess')).toHaveLength(1);
    expect(mailsTo(email)).toBe(1);
  });

  test('fills one domain, and people elsewhere are served', async () => {
    service.clock.advance(3_600);
    // 2,000 a day are 42 in five minutes for all, and 33 for one domain.
    const senders = await Promise.all(Array.from({ length: 8 }, () => somebody()));
    const kinds: string[] = [];
    for (const [index, { token }] of senders.entries()) {
      for (let request = 0; request < 5; request += 1) {
        const email = `flood-${index}-${request}@one.example`;
        // From as many networks, so that none of them is spent before.
        const options = { token, headers: { 'x-forwarded-for': `11.${index}.0.1` } };
        kinds.push((await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, options)).__typename);
      }
    }
    expect(kinds.filter((kind) => kind === 'RequestEmailOtpSuccess')).toHaveLength(33);
    const { token, email } = await somebody();
    await giveEmail(service, `else${email}`, token);
    const spent = service.logs.filter((line) => line.includes('"budget":"domain"'));
    expect(spent.length).toBeGreaterThan(0);
    expect(spent.join('')).not.toContain('flood-');
    service.clock.advance(3_600);
  });
});

test('wrong guesses lock the codes of an address, and a lock with nothing left to send is told', async () => {
  const { token, email } = await somebody();
  const code = await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token }).then(() =>
    service.phone.code(email),
  );
  let answer = await verifyEmail(service, { email, otp: wrongCode(code) }, { token });
  for (let guess = 0; guess < 6; guess += 1)
    answer = await verifyEmail(service, { email, otp: wrongCode(code) }, { token });
  expect(answer.__typename).toBe('AccountLockedError');
  for (let request = 0; request < 4; request += 1) {
    service.clock.advance(61);
    expect((await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token })).__typename).toBe(
      'RequestEmailOtpSuccess',
    );
  }
  service.clock.advance(50);
  const last = await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token });
  expect(last.__typename).toBe('AccountLockedError');
});

test('a service without a mail server says so', async () => {
  const phonesOnly = await startService({
    env: { ...MANY_TEXTS, SMS_PROVIDER: 'webhook', WEBHOOK_URL: 'http://127.0.0.1:9/', WEBHOOK_SECRET: SECRET },
    database: service.database,
    senders: [{ provider: 'webhook', send: async () => ({ kind: 'accepted', providerMessageId: null }) }],
  });
  const answer = await requestEmailOtp(phonesOnly, { email: 'a@b.example', purpose: 'RESET_PASSWORD' });
  expect(answer.fields).toMatchObject([{ field: 'purpose', code: 'NOT_OFFERED' }]);
  await phonesOnly.close();
});

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

test('what is no address is told', async () => {
  const { token } = await somebody();
  const nonsense = await requestEmailOtp(service, { email: 'not an address', purpose: 'RESET_PASSWORD' });
  expect(nonsense.fields).toMatchObject([{ field: 'email', code: 'INVALID_FORMAT' }]);
  const nothing = await requestEmailOtp(service, { purpose: 'RESET_PASSWORD' });
  expect(nothing.fields).toMatchObject([{ field: 'email', code: 'REQUIRED' }]);
  const locale = await requestEmailOtp(
    service,
    { email: 'a@b.example', purpose: 'VERIFY_EMAIL', locale: '!' },
    { token },
  );
  expect(locale.fields).toMatchObject([{ field: 'locale' }]);
});
