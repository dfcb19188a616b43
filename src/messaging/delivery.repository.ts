import { and, desc, eq, gt, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.js';
import { onFirstUse } from '../database/on-first-use.js';
import { parameter } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import type { DeliveryFailure, DeliveryReport } from '../providers/delivery-report.js';
import type { DeliveryTarget } from './delivery-routes.js';
import type { Price, ProviderName } from '../providers/message-sender.js';
import {
  FIRST_QUESTION,
  firstPriceQuestion,
  inSql,
  isPriceDue,
  nextPriceQuestion,
  toldPrice,
} from './message-price.js';
import { firstTaken } from './message.repository.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import { type MessageFailure, type MessageStatus, messageTable } from './message.table.js';

/** The state of a message. */
export interface MessageState extends DeliveryTarget {
  readonly id: string;
  readonly destination: string;
  readonly status: MessageStatus;
  readonly failure: MessageFailure | null;
  readonly provider: ProviderName | null;
  readonly ruledOut: readonly ProviderName[];
  readonly route: readonly ProviderName[] | null;
  readonly attempts: number;
  readonly createdAt: Date;
  /** When a provider first took it. */
  readonly takenAt: Date | null;
  readonly settledAt: Date | null;
  /** Null: it carries a code. */
  readonly noticeKind: NoticeKind | null;
}

/** A report about a message whose row is known. */
export type NamedReport = DeliveryReport & { readonly messageId: string };

/** What a report changed. */
export interface Reported extends MessageState {
  /** The report told a price that had not been told before. */
  readonly newPrice: boolean;
}

const NOTHING_SAID = { providerCode: null, providerMessage: null };

/** What happens to messages after a provider has taken them. */
export class DeliveryRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  async find(id: string): Promise<MessageState | null> {
    const [row] = await this.#db.select(state).from(messageTable).where(eq(messageTable.id, id));
    return row ?? null;
  }

  /** The message that a provider knows by an id of its own. Null: there is none whose provider reports so. */
  async idOf(by: { provider: ProviderName; providerMessageId: string }): Promise<string | null> {
    const { id, provider, providerMessageId, reportedById, createdAt } = messageTable;
    const [row] = await this.#db
      .select({ id })
      .from(messageTable)
      .where(and(eq(providerMessageId, by.providerMessageId), sql`${reportedById}`, eq(provider, by.provider)))
      .orderBy(desc(createdAt))
      .limit(1);
    return row?.id ?? null;
  }

  /**
   * The message arrived, whatever was thought of it before, and whichever of the providers that had it says so. Only the
   * first report counts: one statement, because the same report may come twice at once.
   */
  async delivered(report: NamedReport, by: { now: Date; askPrice: boolean }): Promise<Reported | null> {
    const [row] = await this.#statements.delivered.execute(valuesOf(report, by));
    return row ?? null;
  }

  /**
   * A provider has sent the message on, so no attempt is to follow, whatever the answer to this one will be. A provider
   * that lost the message before says nothing new by it.
   */
  async sent(report: NamedReport, by: { now: Date; askPrice: boolean }): Promise<Reported | null> {
    const [row] = await this.#statements.sent.execute(valuesOf(report, by));
    return row ?? null;
  }

  /**
   * The message was lost. Provider `next` gets it in place of the one that lost it, as soon as any process looks. A change
   * since `before` was read wins, and a report about an attempt that is over changes nothing.
   */
  async lost(
    report: NamedReport & { readonly failure: DeliveryFailure },
    by: { before: MessageState; next: ProviderName | null; now: Date; askPrice: boolean },
  ): Promise<Reported | null> {
    const { provider, failure, providerCode = null, providerMessage = null } = report;
    const { before, next, now } = by;
    // The row of a message that goes on names the next provider, which does not know what this attempt cost.
    const askPrice = by.askPrice && next === null;
    const onward = next === null ? { status: 'failed' as const } : queuedFor(next, { ruledOut: provider, now });
    const statement = settle(this.#db, {
      set: { ...onward, failure, providerCode, providerMessage },
      where: and(
        ...[eq(messageTable.status, before.status), eq(messageTable.attempts, before.attempts)],
        ...[inArray(messageTable.status, ['queued', 'sent']), eq(messageTable.provider, provider)],
        isAbout(report),
      ),
    });
    const [row] = await statement.prepare('deliveries: lost').execute(valuesOf(report, { now, askPrice }));
    return row ?? null;
  }

  /** Up to `most` messages whose price is to be asked for: each question goes to one process, and the next one follows. */
  async takePriceDue(now: Date, most: number): Promise<readonly PricedMessage[]> {
    const { id, provider, providerMessageId, channel, country, priceDueAt } = messageTable;
    const due = this.#db
      .select({ id })
      .from(messageTable)
      .where(isPriceDue(now))
      .orderBy(priceDueAt)
      .limit(most)
      .for('update', { skipLocked: true });
    return this.#db
      .update(messageTable)
      .set(nextPriceQuestion(now))
      .where(sql`${id} = ANY(ARRAY${due})`)
      .returning({ id, provider, providerMessageId, channel, country });
  }

  /** False: the price was told in the meantime, and is counted already. */
  async keepPrice(messageId: string, price: Price): Promise<boolean> {
    const { id, price: known } = messageTable;
    const kept = await this.#db
      .update(messageTable)
      .set({ ...toldPrice(inSql(price)), priceDueAt: null })
      .where(and(eq(id, messageId), isNull(known)))
      .returning({ id });
    return kept.length > 0;
  }
}

export interface PricedMessage extends DeliveryTarget {
  readonly id: string;
  readonly provider: ProviderName | null;
  readonly providerMessageId: string | null;
}

/** The columns of `MessageState`. */
const state = {
  id: messageTable.id,
  destination: messageTable.destination,
  channel: messageTable.channel,
  country: messageTable.country,
  status: messageTable.status,
  failure: messageTable.failure,
  provider: messageTable.provider,
  ruledOut: messageTable.ruledOut,
  route: messageTable.route,
  attempts: messageTable.attempts,
  createdAt: messageTable.createdAt,
  takenAt: messageTable.takenAt,
  settledAt: messageTable.settledAt,
  noticeKind: messageTable.notice,
};

/** What a report says, and when it came: parameters of the statements below. */
const told = {
  messageId: parameter('messageId', 'uuid'),
  provider: parameter('provider', 'text'),
  providerMessageId: parameter('providerMessageId', 'text'),
  amount: sql`${parameter('amount', 'text')}::numeric`,
  currency: parameter('currency', 'text'),
  askPriceAt: parameter('askPriceAt', 'timestamptz'),
  now: parameter('now', 'timestamptz'),
};

function valuesOf(report: NamedReport, { now, askPrice }: { now: Date; askPrice: boolean }) {
  const { messageId, provider, providerMessageId, price } = report;
  const askPriceAt = askPrice && !price ? addSeconds(now, FIRST_QUESTION) : null;
  const amount = price ? String(price.amount) : null;
  return { messageId, provider, providerMessageId, amount, currency: price?.currency ?? null, askPriceAt, now };
}

/** Each code is followed by a report, so the texts of the usual ones are made once. */
function prepareStatements(db: Database) {
  return onFirstUse({ delivered: () => deliveredStatement(db), sent: () => sentStatement(db) });
}

function deliveredStatement(db: Database) {
  const { status, failure, provider, attempts } = messageTable;
  return settle(db, {
    set: { status: 'delivered', failure: null, ...NOTHING_SAID, provider: told.provider },
    where: and(
      ne(status, 'delivered'),
      sql`${failure} IS DISTINCT FROM ${sql.raw("'withheld'")}`,
      or(eq(provider, told.provider), gt(attempts, 1)),
    ),
  }).prepare('deliveries: delivered');
}

function sentStatement(db: Database) {
  const { status, provider, attempts, ruledOut } = messageTable;
  return settle(db, {
    set: { status: 'sent', failure: null, ...NOTHING_SAID, provider: told.provider },
    where: and(
      eq(status, 'queued'),
      or(eq(provider, told.provider), gt(attempts, 1)),
      sql`NOT ${told.provider} = ANY(${ruledOut})`,
    ),
  }).prepare('deliveries: sent');
}

/** Changes a message as a report says, with the values of `valuesOf`. */
function settle(db: Database, by: { set: PgUpdateSetSource<typeof messageTable>; where: SQL | undefined }) {
  const { id, price, priceCurrency } = messageTable;
  // The row as it was, locked: a price that came with the answer already is not to be counted again.
  const locked = db.select({ id, price, priceCurrency }).from(messageTable).where(eq(id, told.messageId));
  const old = db.$with('old').as(locked.for('update'));
  const isKnown = sql`${old.price} = ${told.amount} AND ${old.priceCurrency} = ${told.currency}`;
  return (
    db
      .with(old)
      .update(messageTable)
      .set({
        ...by.set,
        settledAt: told.now,
        // Only a provider that has the message reports about it.
        ...firstTaken(told.now),
        providerMessageId: sql`coalesce(${told.providerMessageId}, ${messageTable.providerMessageId})`,
        ...toldPrice(told),
        priceDueAt: firstPriceQuestion(told.askPriceAt),
      })
      .from(old)
      // Nothing is to be learned of a message whose owner has left, and it is not sent again.
      .where(and(eq(id, old.id), ne(messageTable.destination, ''), by.where))
      .returning({ ...state, newPrice: sql<boolean>`(${isKnown}) IS NOT TRUE` })
  );
}

function queuedFor(provider: ProviderName, by: { ruledOut: ProviderName; now: Date }) {
  const ruledOut = sql`array_append(${messageTable.ruledOut}, ${by.ruledOut})`;
  const lostBy = sql`array_append(${messageTable.lostBy}, ${by.ruledOut})`;
  return { status: 'queued' as const, provider, ruledOut, lostBy, nextAttemptAt: by.now };
}

/** Whether a report is about the message as this row knows it. A report or a row without an id says nothing against it. */
function isAbout({ providerMessageId: reported }: DeliveryReport): SQL | undefined {
  const { providerMessageId } = messageTable;
  return or(isNull(providerMessageId), sql`${reported}::text IS NULL`, sql`${providerMessageId} = ${reported}`);
}
