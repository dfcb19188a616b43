import { randomUUID } from 'node:crypto';
import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { personalTables } from '../../src/account/leaving/personal-data.js';
import { deleteAccount, dump, exportMyData, linesWith } from '../support/operations/leaving-operations.js';
import { settleNotices } from '../support/notices.js';
import { moveTo } from '../support/operations/number-changes.js';
import { form, guessWrongly, obtainCode, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { auditOf, changePassword, errorCode, login, registered } from '../support/operations/session-operations.js';
import { beginAnew, DAY, waitingFor } from '../support/sleepers.js';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

async function person() {
  serial += 1;
  const phoneNumber = `+97798000048${String(serial).padStart(2, '0')}`;
  const email = `exporter${serial}@example.org`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user, tokens } = await registered(service, form({ phoneNumber, email, verificationCode }));
  return { phoneNumber, email, id: user.id as string, token: tokens.accessToken as string };
}

/** They hold ids and counts of what the audit trail says, and names of the account for searches, all of which is in the export. */
const COPIES = ['audit_failures', 'event_deliveries', 'events', 'user_names'];

describe('exportMyData', () => {
  test('gives a list of each kind of record', async () => {
    const { phoneNumber, email, id, token } = await person();
    await changePassword(service, token, { newPassword: 'correct horse battery' });
    await login(service, { identifier: email, password: 'a wrong guess' });
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    await guessWrongly(service, phoneNumber);

    const data = await exportMyData(service, token);

    expect(data).toMatchObject({
      exportedAt: service.clock.now().toISOString(),
      account: [{ id, phoneNumber, email, firstName: 'Rishi', lastName: 'Khatri', role: 'USER' }],
      sessions: [{ userId: id, ipAddress: '127.0.0.1', authenticationMethods: ['pwd', 'otp', 'sms'] }],
      devices: [{ userId: id, slot: 1 }],
      codes: expect.arrayContaining([expect.objectContaining({ destination: phoneNumber, purpose: 'SIGN_IN' })]),
      messages: [
        { destination: phoneNumber, channel: 'SMS' },
        { destination: phoneNumber, channel: 'SMS' },
      ],
      numberChanges: [],
      waitingSignIns: [],
      unreachable: [],
      pauses: [{ sentAt: service.clock.now().toISOString() }],
      events: expect.arrayContaining([
        expect.objectContaining({ kind: 'password_changed', userId: id, ipAddress: '127.0.0.1' }),
      ]),
    });
    expect(data.wrongGuesses.map(({ failures }: { failures: unknown[] }) => failures.length)).toEqual([1, 1]);
    expect(data.sends).toHaveLength(2);
  });

  test('holds no secret, and nothing that a secret is made from', async () => {
    const { id, token, phoneNumber } = await person();
    const now = service.clock.now().toISOString();
    await service.db.execute(sql`
      INSERT INTO number_changes (id, user_id, new_phone_number, needs_other_proof, token_hash, changed_at, revertible_until)
      VALUES (${randomUUID()}, ${id}, ${phoneNumber}, false, 'hash of a token', ${now}, ${now})`);
    await service.db.execute(sql`
      INSERT INTO sign_in_continuations (id, user_id, shown, authentication_methods, new_account_allowed, new_password_hash,
        created_at, expires_at)
      VALUES (${randomUUID()}, ${id}, '{}', '{}', false, 'hash of a password', ${now}, ${now})`);
    const challenges = await service.db.execute<{ id: string; secret: string }>(
      sql`SELECT challenge_id AS id, secret_id AS secret FROM otp_challenges WHERE phone_number = ${phoneNumber} AND purpose = 'SIGN_IN'`,
    );
    const [account] = await service.db.execute<{ hash: string }>(
      sql`SELECT password_hash AS hash FROM users WHERE id = ${id}`,
    );
    const secrets = [account?.hash ?? '', 'hash of a', ...challenges.flatMap((row) => [row.id, row.secret])];
    expect(secrets.every((secret) => secret.length > 0)).toBe(true);

    const data = await exportMyData(service, token);

    expect(data.numberChanges).toHaveLength(1);
    expect(data.waitingSignIns).toHaveLength(1);
    expect(linesWith(secrets, [JSON.stringify(data)])).toEqual([]);
  });

  test('tells what an administrator did, and not who it was', async () => {
    const [{ id, token }, actorId, sessionId] = [await person(), randomUUID(), randomUUID()];
    const by = {
      actorKind: 'ADMINISTRATOR',
      actorId,
      sessionId,
      ipAddress: '203.0.113.7',
      userAgent: 'console',
    } as const;
    const event = { at: service.clock.now(), kind: 'user_updated', userId: id, details: { fields: ['role'] } } as const;
    await service.db.insert(auditEventTable).values({ ...event, ...by, requestId: 'the request' });
    const { events } = await exportMyData(service, token);
    const nobody = { actorId: null, sessionId: null, ipAddress: null, userAgent: null, requestId: null };
    const told = { kind: 'user_updated', actorKind: 'ADMINISTRATOR', details: { fields: ['role'] }, ...nobody };
    expect(events).toEqual(expect.arrayContaining([expect.objectContaining(told)]));
    expect(linesWith([actorId, sessionId, by.ipAddress], [JSON.stringify(events)])).toEqual([]);
  });

  test('holds nothing of anybody else, and is put on record', async () => {
    const [mine, other] = [await person(), await person()];
    const data = await exportMyData(service, mine.token);
    expect(linesWith([other.id, other.phoneNumber, other.email], [JSON.stringify(data)])).toEqual([]);
    expect((await auditOf(service, mine.id)).at(-1)).toMatchObject({
      kind: 'data_exported',
      sessionId: expect.any(String),
      deviceId: expect.any(String),
      ipAddress: '127.0.0.1',
    });
  });

  test('tells whoever has a number now nothing of whoever had it before', async () => {
    const before = await person();
    await changePassword(service, before.token, { newPassword: 'correct horse battery' });
    service.clock.advance(60);
    const laptop = await signIn(service, before.phoneNumber);
    // The time of a verified code is the time when it is written down.
    await service.background.deliveries.drain();
    await moveTo(service, { userId: before.id, accessToken: laptop.tokens.accessToken }, '+9779800004880');
    await settleNotices(service);
    // What became of the codes is written behind the answers, with the time of writing.
    await service.background.deliveries.drain();
    service.clock.advance(DAY);

    const after = await signIn(service, before.phoneNumber);
    const data = await exportMyData(service, after.tokens.accessToken);

    expect(linesWith([before.id], [JSON.stringify(data)])).toEqual([]);
    const began = service.clock.now().toISOString();
    expect(data.messages).toMatchObject([{ destination: before.phoneNumber, notice: null, createdAt: began }]);
    expect(data.codes).toContainEqual(
      expect.objectContaining({ destination: before.phoneNumber, purpose: 'SIGN_IN', createdAt: began }),
    );
    expect(data.codes.filter(({ createdAt }: { createdAt: string }) => createdAt < began)).toEqual([]);
  });

  test('has the code that verified the number, however long it was on its way', async () => {
    const phoneNumber = '+9779800004881';
    const otp = await obtainCode(service, phoneNumber);
    const sentAt = service.clock.now().toISOString();
    service.clock.advance(300);
    const { tokens } = await verifyOtp(service, { phoneNumber, otp });
    await service.background.deliveries.drain();

    const data = await exportMyData(service, tokens.accessToken);

    expect(data.codes).toContainEqual(expect.objectContaining({ purpose: 'SIGN_IN', createdAt: sentAt }));
    expect(data.messages).toMatchObject([{ purpose: 'SIGN_IN', createdAt: sentAt }]);
  });

  test('tells nobody which account wanted to have their number, and that account of its codes', async () => {
    const [mine, other] = [await person(), await person()];
    service.clock.advance(60);
    const wanting = { phoneNumber: mine.phoneNumber, purpose: 'CHANGE_PHONE' };
    expect(await requestOtp(service, wanting, { token: other.token })).toMatchObject({
      __typename: 'RequestOtpSuccess',
    });

    const [owners, theirs] = [await exportMyData(service, mine.token), await exportMyData(service, other.token)];

    expect(linesWith([other.id], [JSON.stringify(owners)])).toEqual([]);
    const sent = { destination: mine.phoneNumber };
    expect(owners.codes).toContainEqual(expect.objectContaining({ ...sent, purpose: 'CHANGE_PHONE' }));
    expect(owners.messages).toContainEqual(expect.objectContaining({ ...sent, purpose: 'CHANGE_PHONE' }));
    const purpose = `CHANGE_PHONE ${other.id}`;
    expect(theirs.codes).toContainEqual(expect.objectContaining({ ...sent, purpose }));
    expect(theirs.messages).toContainEqual(expect.objectContaining({ ...sent, purpose }));
    expect(theirs.codes).not.toContainEqual(expect.objectContaining({ ...sent, purpose: 'SIGN_IN' }));
  });

  test('tells the old owner of a number nothing of the account that took it over', async () => {
    const phoneNumber = '+9779800004882';
    const password = 'correct horse battery';
    const username = 'sleeping_exporter';
    const code = { verificationCode: await obtainCode(service, phoneNumber) };
    const email = 'sleeping.exporter@example.org';
    const before = await registered(
      service,
      form({ phoneNumber, username, email, password, passwordConfirm: password, ...code }),
    );
    service.clock.advance(90 * DAY);
    const after = await beginAnew(service, await waitingFor(service, phoneNumber));
    const back = await login(service, { identifier: username, password });
    expect(back.__typename).toBe('LoginSuccess');

    const data = await exportMyData(service, back.tokens.accessToken);
    expect(data.events).toContainEqual(expect.objectContaining({ kind: 'number_moved_to_new_account' }));
    expect(linesWith([after.user.id], [JSON.stringify(data)])).toEqual([]);
    expect(data.account).toMatchObject([{ id: before.user.id, phoneNumber: null }]);

    await deleteAccount(service, after.tokens.accessToken);
    await settleNotices(service);
    await service.background.housekeeper.run();
    expect(linesWith([after.user.id], await dump(service.db))).toEqual([]);
  });

  test('needs a session', async () => {
    expect(errorCode(await service.graphql('{ exportMyData }'))).toBe('UNAUTHENTICATED');
  });

  test('takes every column for a secret that is called a hash, a seal or a secret', () => {
    for (const { table, secret } of Object.values(personalTables)) {
      const names = Object.values(getTableColumns(table)).map(({ name }) => name);
      const secrets = names.filter((name) => /hash|seal|secret|token_id|challenge_id/.test(name));
      expect(secret, getTableName(table)).toEqual(expect.arrayContaining(secrets));
    }
  });

  test('knows every table that has something about people', async () => {
    const rows = await service.db.execute<{ name: string }>(sql`
      SELECT DISTINCT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name IN ('user_id', 'phone_number', 'email', 'ip_address', 'subject', 'number')
        AND table_name <> 'signing_keys'`);
    const known: string[] = [...Object.values(personalTables).map(({ table }) => getTableName(table)), ...COPIES];
    expect(known).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
  });
});
