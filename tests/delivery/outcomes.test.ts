import { isNotNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageTable } from '../../src/messaging/message.table.js';
import { OutcomeNotes } from '../../src/messaging/outcomes/outcome-notes.js';
import { type AcceptedMessage, OutcomeRepository } from '../../src/messaging/outcomes/outcome.repository.js';
import { systemClock } from '../../src/platform/clock.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';

/** A busy service writes what became of many messages at once. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const numbers = Array.from({ length: 12 }, (_, place) => `+97798000091${String(place).padStart(2, '0')}`);

test('twelve people ask at the same moment, and type their codes: each message keeps its own outcome', async () => {
  await Promise.all(numbers.map((phoneNumber) => requestOtp(service, { phoneNumber })));
  await service.background.outbox.drain();
  const places = service.phone.messages.map(({ to }) => to);
  for (const phoneNumber of numbers) {
    const providerMessageId = `recorded-${places.indexOf(phoneNumber) + 1}`;
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'sent', providerMessageId }]);
  }

  const typed = numbers.slice(0, 8);
  await Promise.all(
    typed.map((phoneNumber) => verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) })),
  );
  await service.background.deliveries.drain();
  const verified = await service.db
    .select({ destination: messageTable.destination })
    .from(messageTable)
    .where(isNotNull(messageTable.verifiedAt));
  expect(verified.map(({ destination }) => destination).sort()).toEqual(typed);
});

test('a price is counted and kept although the message was reported as delivered before', async () => {
  const phoneNumber = '+9779800009200';
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  await service.db.execute(sql`UPDATE messages SET status = 'delivered' WHERE phone_number = ${phoneNumber}`);
  const [row] = await messagesTo(service, phoneNumber);
  const price = { amount: 0.5, currency: 'USD' };
  const outcome = { kind: 'accepted', providerMessageId: 'again', price } as const;
  const message = { id: row?.id ?? '', attempts: 1 };
  const accepted = { message, provider: 'console', outcome, now: service.clock.now(), askPrice: false } as const;
  await new OutcomeRepository(service.db, []).accepted([accepted]);

  expect(await messagesTo(service, phoneNumber)).toMatchObject([
    { status: 'delivered', providerMessageId: row?.providerMessageId, price: '0.5', priceCurrency: 'USD' },
  ]);
});

const ofMessage = (id: string) => ({ message: { id, attempts: 1 } }) as AcceptedMessage;

test('what comes alone is written at once, what comes meanwhile together, and one that cannot be written alone', async () => {
  const writes: string[][] = [];
  const rows = {
    async accepted(messages: readonly AcceptedMessage[]) {
      writes.push(messages.map(({ message }) => message.id));
      if (messages.some(({ message }) => message.id === 'bad')) throw new Error('It cannot be written.');
    },
    async verified(challengeIds: readonly string[]) {
      writes.push([...challengeIds]);
      return [];
    },
  };
  const notes = new OutcomeNotes({ rows, clock: systemClock, onVerified: () => undefined });

  await notes.accepted(ofMessage('first'));
  const outcomes = await Promise.allSettled([
    notes.accepted(ofMessage('second')),
    notes.accepted(ofMessage('bad')),
    notes.verified('challenge'),
  ]);

  expect(writes).toEqual([['first'], ['second', 'bad'], ['second'], ['bad'], ['challenge']]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
