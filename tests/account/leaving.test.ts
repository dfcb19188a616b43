import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { RefusedNumberRepository } from '../../src/messaging/refused-number.repository.js';
import type { OutgoingMessage, SendOutcome } from '../../src/providers/message-sender.js';
import { userTable } from '../../src/users/user.table.js';
import { updateProfile } from '../support/operations/account-operations.js';
import { codeIn } from '../support/operations/code-in.js';
import { RecordingSender } from '../support/delivery/recording-sender.js';
import { giveEmail, requestEmailOtp } from '../support/operations/email-operations.js';
import { TEST_SECRETS } from '../support/hashed-subject.js';
import {
  callDeleteAccount,
  deleteAccount,
  dump,
  exportMyData,
  linesWith,
} from '../support/operations/leaving-operations.js';
import { codeInNotice, moveTo, revertChange } from '../support/operations/number-changes.js';
import { form, guessWrongly, me, obtainCode, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import { waitingBehind } from '../support/postgres/waiting-behind.js';
import { startService, type TestService } from '../support/service.js';
import {
  auditOf,
  changePassword,
  errorCode,
  isSignedIn,
  login,
  refresh,
  registered,
} from '../support/operations/session-operations.js';

const DELETED = { __typename: 'DeleteAccountSuccess' };
const DAY = 86_400;

/** A provider that makes its ids from the number, as some gateways do. */
class NamingSender extends RecordingSender {
  override async send(message: OutgoingMessage): Promise<SendOutcome> {
    await super.send(message);
    return { kind: 'accepted', providerMessageId: `id:${message.to.replace('+', '')}.${this.messages.length}` };
  }

  /** Of the latest message that has one: notices come, too. */
  override code(phoneNumber: string): string {
    const codes = this.to(phoneNumber).flatMap((message) => codeIn(message) ?? []);
    return codes.at(-1) ?? '';
  }
}

let service: TestService;
/** The same database and clock, with thirty days of grace. */
let patient: TestService;
let serial = 0;
beforeAll(async () => {
  const sender = new NamingSender();
  service = { ...(await startService({ sender, env: { NOTICES: 'text,email' } })), phone: sender };
  const { database, clock } = service;
  patient = { ...(await startService({ sender, database, clock, env: { DELETION_GRACE: '30' } })), phone: sender };
});
afterAll(async () => {
  await patient.close();
  await service.close();
});

function nextNumber(): string {
  serial += 1;
  return `+97798000047${String(serial).padStart(2, '0')}`;
}

async function account(phoneNumber = nextNumber()) {
  const { user, tokens, deviceToken } = await signIn(service, phoneNumber);
  const { accessToken, refreshToken } = tokens;
  return { phoneNumber, id: user.id as string, token: accessToken as string, refreshToken, deviceToken };
}

/** Resolves once nothing happens behind the answers any more. */
async function settled(at = service): Promise<void> {
  await at.background.notices.drain();
  await at.background.outbox.drain();
  await at.background.housekeeper.run();
}

async function exists(id: string): Promise<boolean> {
  return (await service.db.select().from(userTable).where(eq(userTable.id, id))).length > 0;
}

const PERSON = {
  email: 'Ashawati.Leaver@Example.org',
  username: 'ashawati_leaver',
  firstName: 'Ashawati',
  lastName: 'Raichoudhury',
} as const;

/** Somebody who has used everything that there is, and what names them. */
async function person() {
  const oldNumber = nextNumber();
  const phoneNumber = nextNumber();
  // Before there is an account, its names are guessed at.
  await login(service, { identifier: PERSON.email, password: 'a wrong guess' });
  await login(service, { identifier: phoneNumber, password: 'a wrong guess' });
  const first = await account(phoneNumber);
  const { id, deviceToken } = first;
  await changePassword(service, first.token, { newPassword: 'correct horse battery' });
  const { email, ...names } = PERSON;
  await updateProfile(service, first.token, names);
  await giveEmail(service, email, first.token);
  await requestEmailOtp(
    service,
    { email: 'ashawati.new@example.org', purpose: 'VERIFY_EMAIL' },
    { token: first.token },
  );
  service.clock.advance(60);
  await login(service, { identifier: PERSON.email, password: 'a wrong guess' });
  await login(service, { identifier: PERSON.username, password: 'a wrong guess', deviceToken });
  await guessWrongly(service, phoneNumber, 2);
  await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken });
  await otherTraces({ id, phoneNumber, oldNumber });
  service.clock.advance(60);
  await requestOtp(service, { phoneNumber, deviceToken });
  await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber), deviceToken });
  service.clock.advance(60);
  const last = await account(phoneNumber);
  await exportMyData(service, last.token);
  await settled();
  const ids = await service.db.execute<{ id: string }>(sql`
    SELECT id FROM sessions WHERE user_id = ${id} UNION SELECT id FROM devices WHERE user_id = ${id}`);
  const numbers = [phoneNumber, oldNumber].flatMap((number) => [number.slice(1), number.slice(4)]);
  const needles = [
    ...numbers,
    ...Object.values(PERSON),
    id,
    ...ids.map((row) => row.id),
    'ashawati.new@example.org',
    'ashawati.old@',
  ];
  return { ...last, oldNumber, needles };
}

/** What other use cases leave behind: a changed number, a waiting sign-in, codes by email. */
async function otherTraces({ id, phoneNumber, oldNumber }: { id: string; phoneNumber: string; oldNumber: string }) {
  const { db, clock } = service;
  const now = clock.now().toISOString();
  await db.execute(sql`
    INSERT INTO number_changes (id, user_id, old_phone_number, new_phone_number, needs_other_proof, token_hash, changed_at,
      revertible_until)
    VALUES (${randomUUID()}, ${id}, ${oldNumber}, ${phoneNumber}, false, ${randomUUID()}, ${now}, ${now})`);
  await db.execute(sql`
    INSERT INTO sign_in_continuations (id, user_id, phone_number, shown, authentication_methods, new_account_allowed,
      created_at, expires_at)
    VALUES (${randomUUID()}, ${id}, ${phoneNumber}, '{}', '{}', true, ${now}, ${now})`);
  for (const [destination, purpose, channel] of [
    ['ashawati.leaver@example.org', 'RESET_PASSWORD', 'EMAIL'],
    [oldNumber, 'SIGN_IN', 'SMS'],
  ]) {
    const [message, challenge] = [randomUUID(), randomUUID()];
    await db.execute(sql`
      INSERT INTO messages (id, phone_number, purpose, challenge_id, channel, locale, status, created_at)
      VALUES (${message}, ${destination}, ${purpose}, ${challenge}, ${channel}, 'en', 'sent', ${now})`);
    await db.execute(sql`
      INSERT INTO otp_challenges (phone_number, purpose, challenge_id, secret_id, sent_at, created_at, expires_at, consumed_at)
      VALUES (${destination}, ${purpose}, ${challenge}, 'secret', ${now}, ${now}, ${now}, ${now})`);
  }
  await db.execute(sql`
    INSERT INTO messages (id, phone_number, user_id, notice, notice_details, channel, locale, status, created_at)
    VALUES (${randomUUID()}, 'ashawati.old@example.org', ${id}, 'email_changed', '{}', 'EMAIL', 'en', 'sent', ${now})`);
  await optOut(oldNumber);
  // Somebody else's account slept, and waits for another proof since this number's code was shown for it.
  await db.execute(sql`
    INSERT INTO sign_in_continuations (id, user_id, phone_number, shown, authentication_methods, new_account_allowed,
      created_at, expires_at)
    VALUES (${randomUUID()}, ${(await account()).id}, ${phoneNumber}, '{}', '{}', true, ${now}, ${now})`);
}

/** As a provider reports it. */
async function optOut(destination: string): Promise<void> {
  const now = service.clock.now();
  const refused = new RefusedNumberRepository(service.db, TEST_SECRETS);
  await refused.remember({ destination, channel: 'SMS', country: null, createdAt: now, refusal: 'opted_out', now });
}

describe('somebody leaves', () => {
  test('nothing of them is in a dump of the database, nor in what is logged afterwards', async () => {
    const { phoneNumber, token, refreshToken, deviceToken, needles } = await person();
    const before = await dump(service.db);
    for (const needle of needles) expect(linesWith([needle], before), needle).not.toEqual([]);
    const logged = service.logs.length;

    expect(await deleteAccount(service, token)).toMatchObject({
      ...DELETED,
      deletedAt: service.clock.now().toISOString(),
    });
    await settled();

    expect(linesWith(needles, await dump(service.db))).toEqual([]);
    expect(service.phone.to(phoneNumber).at(-1)?.text).toContain('Your account was deleted');
    expect(service.phone.to(PERSON.email).at(-1)?.text).toContain('Your account was deleted');

    expect(await isSignedIn(service, token)).toBe(false);
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    for (const identifier of [PERSON.email, PERSON.username, phoneNumber])
      expect(await login(service, { identifier, password: 'correct horse battery' })).toMatchObject({
        __typename: 'InvalidCredentialsError',
      });
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber, deviceToken });
    await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken });
    await settled();
    expect(linesWith(needles, service.logs.slice(logged))).toEqual([]);
  });

  test('events keep their kind and time, and sends are still counted', async () => {
    const { id, token } = await account();
    await changePassword(service, token, { newPassword: 'correct horse battery' });
    await settled();
    const [event] = await auditOf(service, id);
    const sent = sql`SELECT count(*)::int AS count FROM messages WHERE status = 'sent' AND notice IS NULL`;
    const [before] = await service.db.execute(sent);

    await deleteAccount(service, token);

    const row = await service.db
      .select()
      .from(auditEventTable)
      .where(eq(auditEventTable.id, event?.id ?? ''));
    const origin = { ipAddress: null, userAgent: null, requestId: null };
    const nobody = { userId: null, sessionId: null, deviceId: null, ...origin, phoneNumber: null, details: {} };
    expect(row).toEqual([{ ...event, ...nobody }]);
    const { at, id: eventId, kind } = auditEventTable;
    const gone = await service.db
      .select()
      .from(auditEventTable)
      .where(eq(kind, 'account_deleted'))
      .orderBy(at, eventId);
    expect(gone.at(-1)).toMatchObject({ ...nobody, at: service.clock.now() });
    expect(await service.db.execute(sent)).toEqual([before]);
  });

  test('nothing is left of an email address that they had verified before', async () => {
    const { token } = await account();
    const before = 'ashawati.formerly@example.org';
    await giveEmail(service, before, token);
    for (const purpose of ['REAUTHENTICATE', 'RESET_PASSWORD']) {
      service.clock.advance(60);
      await requestEmailOtp(service, { email: before, purpose }, { token });
    }
    await giveEmail(service, 'ashawati.now@example.org', token);
    await settled();
    expect(linesWith([before], await dump(service.db))).not.toEqual([]);

    await deleteAccount(service, token);
    await settled();

    expect(linesWith([before, 'ashawati.now@'], await dump(service.db))).toEqual([]);
  });

  test('nothing is left of a number that they had for an hour and gave back', async () => {
    const { id, token, phoneNumber } = await account();
    const forAnHour = nextNumber();
    expect(await moveTo(service, { userId: id, accessToken: token }, forAnHour)).toMatchObject({
      __typename: 'ChangePhoneNumberSuccess',
    });
    service.clock.advance(60);
    await signIn(service, forAnHour);
    await settled();
    const taken = await revertChange(service, await codeInNotice(service, id, 'number'));
    expect(taken.__typename).toBe('RevertChangeSuccess');
    service.clock.advance(60);
    const last = await account(phoneNumber);
    expect(last.id).toBe(id);
    await settled();
    expect(linesWith([forAnHour], await dump(service.db))).not.toEqual([]);

    await deleteAccount(service, last.token);
    await settled();

    expect(linesWith([phoneNumber, forAnHour], await dump(service.db))).toEqual([]);
  });

  test('the number begins anew: another account, with nothing in it', async () => {
    const { id, token, phoneNumber } = await account();
    await changePassword(service, token, { newPassword: 'correct horse battery' });
    await deleteAccount(service, token);
    service.clock.advance(60);
    const { user, newMember } = await signIn(service, phoneNumber);
    expect(user.id).not.toBe(id);
    expect({ ...user, newMember }).toMatchObject({ newMember: true, hasPassword: false, email: null });
  });

  test('a code that was under way is worth nothing', async () => {
    const { token, phoneNumber } = await account();
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    await deleteAccount(service, token);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('not without a proof of the last five minutes, and not signed out', async () => {
    const { id, token } = await account();
    service.clock.advance(301);
    expect(await deleteAccount(service, token)).toMatchObject({
      __typename: 'ReauthenticationRequiredError',
      maxAgeSeconds: 300,
      methods: ['PHONE_OTP'],
    });
    expect(errorCode(await callDeleteAccount(service))).toBe('UNAUTHENTICATED');
    expect(await exists(id)).toBe(true);
  });
});

describe('limits hold after an account is deleted', () => {
  test('a number that strangers have locked stays locked', async () => {
    const { token, phoneNumber } = await account();
    await guessWrongly(service, phoneNumber, 6);
    await deleteAccount(service, token);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
    expect(await failuresOf(service, phoneNumber)).toBe(6);
  });

  test('a number gets no more texts in an hour', async () => {
    const phoneNumber = nextNumber();
    for (let time = 0; time < 4; time += 1) {
      await requestOtp(service, { phoneNumber });
      service.clock.advance(60);
    }
    const { token } = await account(phoneNumber);
    await deleteAccount(service, token);
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'TooManyRequestsError' });
  });

  test('a number that opted out is sent nothing', async () => {
    const { token, phoneNumber } = await account();
    await optOut(phoneNumber);
    await deleteAccount(service, token);
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({
      __typename: 'DestinationNotAllowedError',
      reason: 'OPTED_OUT',
    });
  });
});

describe('with DELETION_GRACE', () => {
  test('all sessions end at once, and the account is deleted when the time is over', async () => {
    const { id, token, phoneNumber } = await account();
    service.clock.advance(60);
    const other = await account(phoneNumber);
    const deletedAt = new Date(service.clock.now().getTime() + 30 * DAY * 1000).toISOString();
    expect(await deleteAccount(patient, other.token)).toMatchObject({ ...DELETED, deletedAt });
    expect(await isSignedIn(service, token)).toBe(false);
    expect(await isSignedIn(service, other.token)).toBe(false);
    expect(await refresh(service, other.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect((await auditOf(service, id)).at(-1)).toMatchObject({
      kind: 'deletion_requested',
      sessionId: expect.any(String),
      deviceId: expect.any(String),
      ipAddress: '127.0.0.1',
    });
    service.clock.advance(30 * DAY - 1);
    await settled();
    expect(await exists(id)).toBe(true);
    service.clock.advance(1);
    await settled();
    expect(await exists(id)).toBe(false);
    expect(linesWith([id, phoneNumber], await dump(service.db))).toEqual([]);
  });

  test('a sign-in in time cancels it, on a device that stays known', async () => {
    const { id, token, phoneNumber, deviceToken } = await account();
    await deleteAccount(patient, token);
    service.clock.advance(20 * DAY);
    const otp = await obtainCode(service, phoneNumber);
    const back = await verifyOtp(service, { phoneNumber, otp, deviceToken });
    expect(back.user.id).toBe(id);
    expect((await auditOf(service, id)).at(-1)).toMatchObject({ kind: 'deletion_cancelled', ipAddress: '127.0.0.1' });
    const { rows: devices } = await devicesOf(id);
    expect(devices).toBe(1);
    service.clock.advance(20 * DAY);
    await settled();
    expect(await exists(id)).toBe(true);
    expect(await isSignedIn(service, back.tokens.accessToken)).toBe(false);
  });
});

describe('who must not delete what', () => {
  test('a stranger registers a number and deletes the account: the code of its owner still works', async () => {
    const phoneNumber = nextNumber();
    const stranger = await registered(service, form({ phoneNumber, email: 'stranger@example.org' }));
    const otp = await obtainCode(service, phoneNumber);
    expect(await deleteAccount(service, stranger.tokens.accessToken)).toMatchObject(DELETED);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('a session that is ended while it waits for the row of its account deletes nothing', async () => {
    for (const at of [service, patient]) {
      const { id, token } = await account();
      const { answer } = await service.db.transaction(async (other) => {
        await other.execute(sql`SELECT 1 FROM users WHERE id = ${id} FOR UPDATE`);
        const waiting = callDeleteAccount(at, token);
        await waitingBehind(other, 1);
        await other.execute(sql`UPDATE sessions SET ended_at = created_at WHERE user_id = ${id}`);
        return { answer: waiting };
      });
      expect(errorCode(await answer)).toBe('UNAUTHENTICATED');
      const [row] = await service.db.select().from(userTable).where(eq(userTable.id, id));
      expect(row).toMatchObject({ deletionDueAt: null });
    }
  });
});

describe('at the same moment', () => {
  test('two deletions, a sign-in and a change of password: one deletes, and nobody gets a surprise', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { id, token, phoneNumber, deviceToken } = await account();
      service.clock.advance(60);
      const otp = await obtainCode(service, phoneNumber);
      const input = { phoneNumber, otp, deviceToken };
      const [one, other, , change] = await Promise.all([
        callDeleteAccount(service, token),
        callDeleteAccount(service, token),
        verifyOtp(service, input),
        changePassword(service, token, { newPassword: 'correct horse battery' }).catch(String),
        me(service, token),
      ]);
      const codes = [one, other].map((answer) => errorCode(answer) ?? answer.body.data.deleteAccount.__typename);
      expect(codes.sort()).toEqual(['DeleteAccountSuccess', 'UNAUTHENTICATED']);
      expect(String(change.__typename ?? change)).toMatch(/ChangePasswordSuccess|UNAUTHENTICATED/);
      expect(await exists(id)).toBe(false);
      const orphans = await service.db.execute(sql`SELECT 1 FROM sessions WHERE user_id = ${id}`);
      expect(orphans).toHaveLength(0);
    }
  });
});

async function devicesOf(id: string) {
  const rows = await service.db.execute(sql`SELECT 1 FROM devices WHERE user_id = ${id}`);
  return { rows: rows.length };
}
