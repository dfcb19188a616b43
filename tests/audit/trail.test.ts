import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEventTable, auditKinds } from '../../src/audit/audit-event.table.js';
import { reauthenticate, removePassword, updateProfile } from '../support/operations/account-operations.js';
import { deviceIdOf } from '../support/devices.js';
import { giveEmail, requestEmailOtp, verifyEmail } from '../support/operations/email-operations.js';
import { deleteAccount, exportMyData } from '../support/operations/leaving-operations.js';
import { owner } from '../support/notices.js';
import { changePhoneNumber, codeInNotice, newNumberCode, revertChange } from '../support/operations/number-changes.js';
import { codeFor, proveNumber } from '../support/operations/number-proofs.js';
import { continueSignIn, form, obtainCode, register, signIn, verifyOtp } from '../support/operations/operations.js';
import {
  addPasskey,
  newAuthenticator,
  removePasskey,
  renamePasskey,
  signInByPasskey,
} from '../support/passkeys/operations.js';
import { NEW_PASSWORD, resetCode, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import {
  changePassword,
  login,
  logout,
  logoutEverywhere,
  refresh,
  revokeSession,
  trailOf,
} from '../support/operations/session-operations.js';
import { beginAnew, DAY, setRole, showCode, userRow, verifyEmailOf, waitingFor } from '../support/sleepers.js';

/** Somebody asks of each act: who did it, to whom, when, from where, by which request and in which session. */

const CLINIC = 'clinic.example.com';

/** As the log line of the request names it, and the answer. */
let requestId: string | null = null;
let service: TestService;
/** The same database, with thirty days until an account is deleted. */
let patient: TestService;
let serial = 0;

beforeAll(async () => {
  service = watched(await startService({ env: { ...MANY_TEXTS, SESSIONS_PER_USER: '5', PROOF_AUDIENCES: CLINIC } }));
  const { database, clock } = service;
  patient = watched(await startService({ database, clock, env: { ...MANY_TEXTS, DELETION_GRACE: '30' } }));
});
afterAll(async () => {
  await patient.close();
  await service.close();
});

function watched(started: TestService): TestService {
  const graphql: TestService['graphql'] = async (...call) => {
    const answer = await started.graphql(...call);
    requestId = answer.headers.get('x-request-id');
    return answer;
  };
  return { ...started, graphql };
}

function nextNumber(): string {
  serial += 1;
  return `+9779800061${String(serial).padStart(3, '0')}`;
}

const newOwner = (given: { verifiedEmail?: boolean } = {}) =>
  owner(service, { phoneNumber: nextNumber(), verifiedEmail: false, ...given });

/** What the act that was just done wrote about an account: by the request, in the order of the kinds. */
async function written(userId: string) {
  return (await trailOf(service, userId)).filter((event) => event.requestId === requestId);
}

/** The fields that every act of a user in a session has. */
function inSession(userId: string, accessToken: string, deviceToken: string) {
  const sessionId = String(decodeJwt(accessToken)['sid']);
  return { ...by(userId), sessionId, deviceId: deviceIdOf(deviceToken) };
}

function by(userId: string) {
  const from = { ipAddress: '127.0.0.1', userAgent: 'node', requestId };
  return { at: service.clock.now(), userId, actorKind: 'USER', actorId: null, count: 1, ...from };
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the operations ask for.
type Answer = any;

/** Of a sign-in's answer. */
const ofAnswer = ({ user, tokens, deviceToken }: Answer) => inSession(user.id, tokens.accessToken, deviceToken);

describe('a session begins', () => {
  test('with a sign-up by code: registered, verified, signed in', async () => {
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    const answer = await verifyOtp(service, { phoneNumber, otp });
    const same = { ...ofAnswer(answer), deviceKnown: false, phoneNumber, details: { methods: ['otp', 'sms'] } };
    expect(await written(answer.user.id)).toEqual([
      expect.objectContaining({ ...same, kind: 'phone_verified' }),
      expect.objectContaining({ ...same, kind: 'registered' }),
      expect.objectContaining({ ...same, kind: 'signed_in' }),
    ]);
  });

  test.each([true, false])('with a registration, a code with it: %s', async (withCode) => {
    const phoneNumber = nextNumber();
    const code = withCode ? { verificationCode: await obtainCode(service, phoneNumber) } : {};
    const names = { username: `trail${serial}`, email: `trail${serial}@example.com` };
    const answer = await register(service, form({ phoneNumber, ...names, ...code }));
    const kinds = withCode ? ['phone_verified', 'registered', 'signed_in'] : ['registered', 'signed_in'];
    const details = { methods: withCode ? ['pwd', 'otp', 'sms'] : ['pwd'] };
    expect(await written(answer.user.id)).toEqual(
      kinds.map((kind) => expect.objectContaining({ ...ofAnswer(answer), kind, details })),
    );
  });

  test('with the first code of a registration, by whoever wrote it or by somebody else', async () => {
    for (const own of [true, false]) {
      const phoneNumber = nextNumber();
      const names = { username: `trail${serial}`, email: `trail${serial}@example.com` };
      const { tokens, deviceToken } = await register(service, form({ phoneNumber, ...names }));
      const otp = await obtainCode(service, phoneNumber);
      const token = own ? { token: tokens.accessToken } : {};
      const answer = await verifyOtp(service, { phoneNumber, otp, ...(own && { deviceToken }) }, token);
      expect(await written(answer.user.id)).toEqual([
        expect.objectContaining({ ...ofAnswer(answer), kind: 'phone_verified', phoneNumber }),
        expect.objectContaining({ ...ofAnswer(answer), kind: 'signed_in' }),
      ]);
    }
  });

  test('by code or password, on a device that the account knows or on a new one', async () => {
    const { id, phoneNumber, username, password, deviceToken } = await newOwner();
    for (const device of [{ deviceToken }, {}]) {
      const [event] = [{ kind: 'signed_in', deviceKnown: 'deviceToken' in device, phoneNumber: null }];
      const byCode = await showCode(service, phoneNumber, device);
      const code = { ...ofAnswer(byCode), ...event, details: { methods: ['otp', 'sms'] } };
      expect(await written(id)).toEqual([expect.objectContaining(code)]);
      const byPassword = await login(service, { identifier: username, password, ...device });
      const { tokens } = byPassword;
      const sessionId = String(decodeJwt(tokens.accessToken)['sid']);
      const pwd = { ...by(id), ...event, sessionId, details: { methods: ['pwd'] } };
      expect((await written(id)).at(-1)).toMatchObject(pwd);
    }
  });

  test('by a code and a further proof, which is named', async () => {
    const { id, phoneNumber, password } = await newOwner();
    service.clock.advance(90 * DAY);
    const continuationToken = await waitingFor(service, phoneNumber);
    expect(await written(id)).toEqual([]);
    const answer = await continueSignIn(service, { continuationToken, password });
    const details = { methods: ['otp', 'sms', 'pwd'], furtherProof: 'PASSWORD' };
    expect(await written(id)).toEqual([
      expect.objectContaining({ ...ofAnswer(answer), kind: 'signed_in', deviceKnown: false, details }),
    ]);
  });

  test('by the password and a further code by email', async () => {
    const { id, username, password } = await newOwner();
    const email = `further${serial}@example.com`;
    await verifyEmailOf(service, id, email);
    await setRole(service, id, 'ADMIN');
    const { continuationToken } = await login(service, { identifier: username, password });
    await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    const answer = await continueSignIn(service, { continuationToken, emailOtp: service.phone.code(email) });
    const details = { methods: ['pwd', 'otp', 'email'], furtherProof: 'EMAIL_OTP' };
    expect((await written(id)).map(({ kind, details, sessionId }) => ({ kind, details, sessionId }))).toEqual([
      { kind: 'signed_in', details, sessionId: ofAnswer(answer).sessionId },
    ]);
  });

  test('with a new account of a number whose account slept: the other account is told of its number only', async () => {
    const { id, phoneNumber } = await newOwner();
    service.clock.advance(90 * DAY);
    const answer = await beginAnew(service, await waitingFor(service, phoneNumber));
    const stranger = { sessionId: null, deviceId: null, ipAddress: null, userAgent: null, details: {} };
    const moved = { kind: 'number_moved_to_new_account', actorKind: 'ANONYMOUS', phoneNumber, requestId, ...stranger };
    expect(await written(id)).toEqual([expect.objectContaining(moved)]);
    const kinds = (await written(answer.user.id)).map(({ kind }) => kind);
    expect(kinds).toEqual(['phone_verified', 'registered', 'signed_in']);
  });

  test('of an account that was left to whoever has its number', async () => {
    const phoneNumber = nextNumber();
    const { user } = await signIn(service, phoneNumber);
    service.clock.advance(90 * DAY);
    await waitingFor(service, phoneNumber);
    service.clock.advance(3 * DAY);
    const answer = await showCode(service, phoneNumber);
    const details = { methods: ['otp', 'sms'], claimedBack: true };
    expect(await written(user.id)).toEqual([
      expect.objectContaining({ ...ofAnswer(answer), kind: 'signed_in', details }),
    ]);
  });

  test('with a password reset, at once or after a further proof', async () => {
    const { id, phoneNumber, email } = await newOwner({ verifiedEmail: true });
    service.clock.advance(60);
    const waiting = await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    const { continuationToken } = waiting;
    await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    const late = await continueSignIn(service, { continuationToken, emailOtp: service.phone.code(email) });
    expect((await written(id)).map(({ kind, sessionId }) => [kind, sessionId])).toEqual([
      ['password_reset', ofAnswer(late).sessionId],
      ['signed_in', ofAnswer(late).sessionId],
    ]);
    const other = await newOwner();
    service.clock.advance(60);
    const code = await resetCode(service, other.phoneNumber);
    const answer = await resetPassword(service, { phoneNumber: other.phoneNumber, ...code });
    const same = { ...ofAnswer(answer), details: { methods: ['otp', 'sms'] } };
    expect(await written(other.id)).toEqual([
      expect.objectContaining({ ...same, kind: 'password_reset' }),
      expect.objectContaining({ ...same, kind: 'signed_in', deviceKnown: false }),
    ]);
  });

  test('and ends the ones that are too many, each by its id', async () => {
    const phoneNumber = nextNumber();
    const { user } = await signIn(service, phoneNumber);
    const [first] = await service.db.execute<{ id: string }>(sql`SELECT id FROM sessions WHERE user_id = ${user.id}`);
    let answer: Answer;
    for (let times = 0; times < 5; times += 1) answer = await showCode(service, phoneNumber);
    const same = ofAnswer(answer);
    expect(await written(user.id)).toEqual([
      expect.objectContaining({ ...same, kind: 'sessions_ended', details: { sessionId: first?.id, sessions: 1 } }),
      expect.objectContaining({ ...same, kind: 'signed_in' }),
    ]);
  });

  test('not with a wrong code, a wrong password, or a code that another submission used', async () => {
    const { id, phoneNumber, username } = await newOwner();
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp: otp === '000000' ? '000001' : '000000' });
    await login(service, { identifier: username, password: 'not the password' });
    await verifyOtp(service, { phoneNumber, otp });
    const before = (await trailOf(service, id)).length;
    await verifyOtp(service, { phoneNumber, otp });
    expect(await trailOf(service, id)).toHaveLength(before);
    expect((await trailOf(service, id)).filter(({ kind }) => kind === 'signed_in')).toHaveLength(2);
  });
});

describe('a session ends', () => {
  test('by logout, by another session, with all others, or by a token that came back', async () => {
    const phoneNumber = nextNumber();
    const ended = { kind: 'sessions_ended', phoneNumber: null };
    const [one, two] = [await signIn(service, phoneNumber), await showCode(service, phoneNumber)];
    const { id } = one.user;
    await revokeSession(service, two.tokens.accessToken, ofAnswer(one).sessionId);
    const revoked = { ...ended, ...ofAnswer(two), details: { sessions: 1, sessionId: ofAnswer(one).sessionId } };
    expect(await written(id)).toEqual([expect.objectContaining(revoked)]);
    await logoutEverywhere(service, two.tokens.accessToken, true);
    expect(await written(id)).toEqual([]);
    await showCode(service, phoneNumber);
    await logoutEverywhere(service, two.tokens.accessToken, true);
    const others = { ...ended, details: { sessions: 1, kept: ofAnswer(two).sessionId } };
    expect(await written(id)).toEqual([expect.objectContaining(others)]);
    await logout(service, two.tokens);
    const out = { sessions: 1, sessionId: ofAnswer(two).sessionId };
    expect(await written(id)).toEqual([expect.objectContaining({ ...ended, details: out })]);
    const three = await showCode(service, phoneNumber);
    const next = await refresh(service, three.tokens.refreshToken);
    service.clock.advance(31);
    await refresh(service, next.tokens.refreshToken);
    service.clock.advance(31);
    await refresh(service, three.tokens.refreshToken);
    const reused = { ...ofAnswer(three), kind: 'refresh_token_reused', details: {} };
    expect(await written(id)).toEqual([expect.objectContaining(reused)]);
  });
});

describe('an owner changes the account', () => {
  test('profile, password, a new proof, an email address, a copy of the data', async () => {
    const { id, token, deviceToken, password, email } = await newOwner();
    const expectOne = async (kind: string, details: object) => {
      const event = { ...inSession(id, token, deviceToken), kind, details, deviceKnown: null, phoneNumber: null };
      expect(await written(id)).toEqual([expect.objectContaining(event)]);
    };
    await updateProfile(service, token, { firstName: 'Maya' });
    await expectOne('profile_changed', { fields: ['firstName'] });
    await reauthenticate(service, token, { password });
    await expectOne('reauthenticated', { methods: ['PASSWORD'] });
    await changePassword(service, token, { currentPassword: password, newPassword: NEW_PASSWORD });
    await expectOne('password_changed', {});
    await exportMyData(service, token);
    await expectOne('data_exported', {});
    await giveEmail(service, email, token);
    await expectOne('email_verified', { replaced: false });
    await removePassword(service, token);
    await expectOne('password_removed', {});
    await verifyEmail(service, { email, otp: '000000' }, { token });
    expect(await written(id)).toEqual([]);
  });

  test('the number: the new one is named, and that it was verified; and somebody with the notice takes it back', async () => {
    const [{ id, token, deviceToken, phoneNumber: old }, phoneNumber] = [await newOwner(), nextNumber()];
    const otp = await newNumberCode(service, phoneNumber, id);
    await changePhoneNumber(service, token, { phoneNumber, otp });
    const same = { ...inSession(id, token, deviceToken), phoneNumber, details: {} };
    expect(await written(id)).toEqual([
      expect.objectContaining({ ...same, kind: 'phone_changed' }),
      expect.objectContaining({ ...same, kind: 'phone_verified' }),
    ]);
    const answer = await revertChange(service, await codeInNotice(service, id, 'number'), { deviceToken });
    expect(answer.__typename).toBe('RevertChangeSuccess');
    const reverted = { ...by(id), kind: 'phone_change_reverted', actorKind: 'ANONYMOUS', phoneNumber: old };
    expect(await written(id)).toEqual([expect.objectContaining({ ...reverted, sessionId: null })]);
  });

  test('the end: asked for, cancelled by a sign-in, and carried out, which names nobody', async () => {
    const { id, token, deviceToken, phoneNumber } = await newOwner();
    await deleteAccount(patient, token);
    const dueAt = (await userRow(service, id))?.deletionDueAt;
    const [requested, ...more] = await written(id);
    expect(more).toEqual([]);
    expect(requested).toMatchObject({ ...inSession(id, token, deviceToken), kind: 'deletion_requested' });
    expect(Date.parse(String(requested?.details['dueAt']))).toBe(dueAt?.getTime());
    const back = await showCode(service, phoneNumber, { deviceToken });
    expect((await written(id)).map(({ kind, sessionId }) => [kind, sessionId])).toEqual([
      ['deletion_cancelled', ofAnswer(back).sessionId],
      ['signed_in', ofAnswer(back).sessionId],
    ]);
    await deleteAccount(service, back.tokens.accessToken);
    expect(await trailOf(service, id)).toEqual([]);
    const [gone] = await service.db.execute(
      sql`SELECT actor_kind, user_id, session_id, ip_address, user_agent, phone_number, at FROM audit_events
        WHERE kind = 'account_deleted' ORDER BY at DESC, id DESC LIMIT 1`,
    );
    const nobody = { user_id: null, session_id: null, ip_address: null, user_agent: null, phone_number: null };
    expect(gone).toMatchObject({ actor_kind: 'USER', ...nobody });
  });

  test('a number is proved to an application: who did it is not known', async () => {
    const phoneNumber = nextNumber();
    const { otp } = await codeFor(service, phoneNumber, CLINIC);
    await proveNumber(service, { phoneNumber, otp, audience: CLINIC });
    const { phoneNumber: number } = auditEventTable;
    const events = await service.db.select().from(auditEventTable).where(sql`${number} = ${phoneNumber}`);
    const { userId: _, ...from } = by('nobody');
    const proved = {
      ...from,
      kind: 'number_proved',
      userId: null,
      actorKind: 'ANONYMOUS',
      details: { audience: CLINIC },
    };
    expect(events).toEqual([expect.objectContaining(proved)]);
  });
});

test('a passkey is added, renamed, signs in and is removed; a copy of one belongs to no session', async () => {
  const { id, token, deviceToken } = await newOwner();
  const authenticator = newAuthenticator();
  const { passkey } = await addPasskey(service, token, { authenticator, name: 'Phone' });
  const details = { passkeyId: passkey.id, name: 'Phone' };
  const same = inSession(id, token, deviceToken);
  expect(await written(id)).toEqual([expect.objectContaining({ ...same, kind: 'passkey_added', details })]);
  await renamePasskey(service, token, passkey.id, 'Key');
  const renamed = { ...inSession(id, token, deviceToken), details: { ...details, name: 'Key' } };
  expect(await written(id)).toEqual([expect.objectContaining({ ...renamed, kind: 'passkey_renamed' })]);
  const signedIn = await signInByPasskey(service, authenticator);
  const methods = ['hwk', 'user', 'mfa'];
  expect(await written(id)).toEqual([
    expect.objectContaining({ ...ofAnswer(signedIn), kind: 'signed_in', details: { methods } }),
  ]);
  await removePasskey(service, token, passkey.id);
  const removed = { ...inSession(id, token, deviceToken), details: { ...details, name: 'Key' } };
  expect(await written(id)).toEqual([expect.objectContaining({ ...removed, kind: 'passkey_removed' })]);
  const other = newAuthenticator();
  await addPasskey(service, token, { authenticator: other, name: 'Other' });
  const copy = other.copy();
  await signInByPasskey(service, other);
  await signInByPasskey(service, copy);
  const cloned = { ...by(id), kind: 'passkey_cloned', actorKind: 'ANONYMOUS', sessionId: null };
  expect(await written(id)).toEqual([
    expect.objectContaining({ ...cloned, details: expect.objectContaining({ name: 'Other' }) }),
  ]);
});

/** What users do not do: the service, its administrators, and commands. And two kinds of the builds before this one. */
const NOT_BY_USERS = [
  ...[
    'signing_key_rotated',
    'sends_paused',
    'pause_lifted',
    'sign_in_failed',
    'locked',
    'role_changed',
    'user_updated',
  ],
  ...[
    'user_locked',
    'user_unlocked',
    'limits_cleared',
    'destination_blocked',
    'destination_unblocked',
    'users_imported',
  ],
  ...['account_opened_by_further_proof', 'account_claimed_back'],
];

test('there is no other kind of what users do', async () => {
  const rows = await service.db.selectDistinct({ kind: auditEventTable.kind }).from(auditEventTable);
  const found = rows.map(({ kind }) => kind).filter((kind) => !NOT_BY_USERS.includes(kind));
  expect(found.sort()).toEqual(auditKinds.filter((kind) => !NOT_BY_USERS.includes(kind)).sort());
});
