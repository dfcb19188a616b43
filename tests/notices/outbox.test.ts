import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NoticeMessageWriter } from '../../src/messaging/notice-message-writer.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { type Owner, owner, settleNotices } from '../support/notices.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword } from '../support/operations/session-operations.js';

/** A notice that does not get through at once. Nothing runs by itself here: time is the test's. */

const NEW = 'an even better passphrase';
/** Longer than a process has a message in hand. */
const LEASE = 30;
const HOUR = 3600;

/** It is a phone as well, from which `owner` reads the first code. */
class Phone extends ScriptedSender {
  get messages() {
    return this.attempts;
  }
}

let sender: Phone;
let service: TestService;
let person: Owner;
beforeEach(async () => {
  sender = new Phone();
  service = await startService({ env: { NOTICES: 'text' }, sender });
  person = await owner({ ...service, phone: sender as never }, { phoneNumber: '+9779800039201' });
  sender.attempts.length = 0;
});
afterEach(() => service.close());

async function change(): Promise<void> {
  const { token, password: currentPassword } = person;
  await changePassword(service, token, { currentPassword, newPassword: NEW });
  await settleNotices(service);
}

async function run(): Promise<void> {
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

const row = async () => (await messagesTo(service, person.phoneNumber)).find(({ notice }) => notice !== null);

/** As a process leaves it that dies right after the change. */
async function changeAndDie(): Promise<void> {
  await change();
  await service.db.execute(sql`
    UPDATE messages SET status = 'queued', settled_at = NULL, taken_at = NULL, provider_message_id = NULL
    WHERE notice IS NOT NULL`);
  sender.attempts.length = 0;
}

describe('a notice', () => {
  test('is written down with the change, and keeps no text', async () => {
    await change();
    expect(sender.attempts).toHaveLength(1);
    expect(await row()).toMatchObject({
      userId: person.id,
      notice: 'password_changed',
      purpose: null,
      challengeId: null,
      channel: 'SMS',
      country: 'NP',
      status: 'sent',
      attempts: 1,
    });
    const { rows } = { rows: await service.db.execute(sql`SELECT to_jsonb(m)::text AS text FROM messages m`) };
    expect(JSON.stringify(rows)).not.toContain('was changed');
  });

  test('that a crash left unsent goes out once, as soon as nobody can have it in hand any more', async () => {
    await changeAndDie();
    service.clock.advance(LEASE - 1);
    await run();
    expect(sender.attempts).toEqual([]);
    service.clock.advance(1);
    await run();
    await run();
    expect(sender.attempts).toMatchObject([{ notice: 'password_changed', code: null, to: person.phoneNumber }]);
    expect(await row()).toMatchObject({ status: 'sent', attempts: 2 });
  });

  test('is sent once, however many processes look', async () => {
    await changeAndDie();
    const other = await startService({
      env: { NOTICES: 'text' },
      database: service.database,
      clock: service.clock,
      sender,
    });
    service.clock.advance(LEASE);
    await Promise.all([run(), other.background.outbox.run()]);
    await other.background.outbox.drain();
    await other.close();
    expect(sender.attempts).toHaveLength(1);
  });

  test('is tried for hours while its provider is away, and longer than a code', async () => {
    sender.always('provider_unavailable');
    await change();
    for (let tried = 0; tried < 200 && sender.attempts.length < 9; tried += 1) {
      service.clock.advance(600);
      await run();
    }
    expect(sender.attempts.length).toBeGreaterThanOrEqual(9);
    sender.always(null);
    for (let tried = 0; tried < 30; tried += 1) {
      service.clock.advance(600);
      await run();
    }
    expect(await row()).toMatchObject({ status: 'sent' });
  });

  test('is given up after a day', async () => {
    await changeAndDie();
    service.clock.advance(24 * HOUR + 1);
    await run();
    expect(sender.attempts).toEqual([]);
    expect(await row()).toMatchObject({ status: 'failed', failure: 'expired' });
  });

  test('that a provider refuses for the number is not tried again', async () => {
    sender.next('invalid_number');
    await change();
    service.clock.advance(HOUR);
    await run();
    expect(sender.attempts).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'failed', failure: 'invalid_number' });
  });
});

describe('the code that takes a change back', () => {
  const texts = { serviceName: 'Acme', defaultLocale: 'en', webOtpDomain: null, androidAppHash: null } as const;
  const undoCodes = ({ changeId }: { readonly changeId: string }) => `UNDO-${changeId}`;
  const writer = new NoticeMessageWriter({ testPhones: new TestPhones(new Map(), null), texts, undoCodes });
  const createdAt = new Date('2026-01-28T14:05:00Z');
  const message = {
    channel: 'SMS',
    destination: '+9779800039202',
    notice: 'phone_changed',
    details: { changeId: '1234', until: '2026-01-28T20:05:00.000Z' },
    createdAt,
    expiresAt: new Date('2026-01-29T14:05:00Z'),
    locale: 'en',
  } as const;

  test('is made for the message alone: the row has only the id of the change', () => {
    expect(writer.write(message, createdAt)).toMatchObject({
      code: 'UNDO-1234',
      text: 'Acme: The phone number of your account was changed. Not you? Take it back before 2026-01-28 20:05 UTC with this code: UNDO-1234',
    });
  });

  test('is sent to nobody once it is over', () => {
    expect(writer.write(message, new Date('2026-01-28T20:05:00Z'))).toBeNull();
  });
});
