import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { onFirstUse } from '../../database/on-first-use.js';
import { parameter, Statement } from '../../database/statement.js';
import type { AcceptedOutcome, ProviderName } from '../../providers/message-sender.js';
import type { DeliveryTarget } from '../delivery-routes.js';
import { FIRST_QUESTION, inSql, toldPrice } from '../message-price.js';
import type { Taken } from '../message.repository.js';
import { messageTable } from '../message.table.js';

/** A message that a provider took. */
export interface AcceptedMessage {
  readonly message: Pick<Taken, 'id' | 'attempts'>;
  readonly provider: ProviderName;
  readonly outcome: AcceptedOutcome;
  readonly now: Date;
  /** Whether the provider is to be asked later what it cost. */
  readonly askPrice: boolean;
}

/** A message that brought a code which was verified. */
export interface VerifiedMessage extends DeliveryTarget {
  readonly provider: ProviderName | null;
}

/**
 * Providers took these messages. That is kept whatever else became of a message, so that no process sends it again. Reports
 * can be quicker than answers: what the provider has reported in the meantime stays. Where the report or the answer names
 * no id, the attempt tells whether the report was about this one. The provider's id may be made from the number, so a message
 * that has forgotten its number gets none. Raw: the builder has no rows that come as one parameter.
 */
const accept = new Statement<{ id: string }, { ids: readonly string[]; rows: object }>(
  'messages: accepted',
  sql`
    UPDATE messages m SET status = 'sent', provider = a.provider,
      provider_message_id = CASE WHEN m.phone_number <> '' THEN a.message_id END, reported_by_id = a.by_id,
      failure = NULL, provider_code = NULL, provider_message = NULL,
      settled_at = a.at, taken_at = coalesce(m.taken_at, a.at),
      price = coalesce(a.price, m.price), price_currency = coalesce(a.currency, m.price_currency),
      price_due_at = CASE WHEN m.price IS NULL THEN a.ask_at END
    FROM jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS a (id uuid, attempts int, provider text, message_id text,
      by_id boolean, at timestamptz, price numeric, currency text, ask_at timestamptz)
    WHERE m.id = ANY(${parameter('ids', 'uuid[]')}) AND m.id = a.id AND m.status <> 'delivered' AND (
      a.provider = ANY(m.ruled_out) OR m.status = 'failed' AND (m.provider_message_id = a.message_id
        OR (m.provider_message_id IS NULL OR a.message_id IS NULL) AND m.attempts = a.attempts AND m.provider = a.provider
          AND m.failure NOT IN ('expired', 'superseded', 'destination_blocked'))
    ) IS NOT TRUE
    RETURNING m.id`,
);

/** What became of messages: those that providers took, and those whose code was verified. */
export class OutcomeRepository {
  readonly #db: Database;
  readonly #toBeTold: readonly ProviderName[];
  readonly #statements: ReturnType<typeof prepareStatements>;

  /** @param toBeTold the providers that want to know which codes were verified */
  constructor(db: Database, toBeTold: readonly ProviderName[]) {
    this.#db = db;
    this.#toBeTold = toBeTold;
    this.#statements = prepareStatements(db);
  }

  async accepted(messages: readonly AcceptedMessage[]): Promise<void> {
    const rows = messages.map(rowOf);
    const kept = await accept.run(this.#db, { ids: rows.map(({ id }) => id), rows });
    const ids = new Set(kept.map(({ id }) => id));
    for (const { message, outcome } of messages) {
      // It was lost or delivered before. What it cost counts all the same.
      if (outcome.price && !ids.has(message.id))
        await this.#db
          .update(messageTable)
          .set(toldPrice(inSql(outcome.price)))
          .where(eq(messageTable.id, message.id));
    }
  }

  /** The codes of challenges were verified: the messages that brought them. Each message counts once. */
  verified(challengeIds: readonly string[], now: Date): Promise<readonly VerifiedMessage[]> {
    const toBeTold = this.#toBeTold;
    return this.#statements.verified.execute({ challengeIds: [...new Set(challengeIds)], toBeTold, now });
  }
}

function rowOf({ message: { id, attempts }, provider, outcome, now, askPrice }: AcceptedMessage) {
  const { providerMessageId, price, reportsById = null } = outcome;
  const ask = askPrice && !price && providerMessageId !== null;
  const told = { price: price?.amount ?? null, currency: price?.currency ?? null };
  const asked = ask ? new Date(now.getTime() + FIRST_QUESTION * 1000) : null;
  return { id, attempts, provider, message_id: providerMessageId, by_id: reportsById, at: now, ...told, ask_at: asked };
}

function prepareStatements(db: Database) {
  return onFirstUse({ verified: () => prepareVerified(db) });
}

function prepareVerified(db: Database) {
  const { id, challengeId, createdAt, status, verifiedAt, channel, country, provider, providerMessageId } =
    messageTable;
  const now = parameter('now', 'timestamptz');
  const isToBeTold = sql`${providerMessageId} IS NOT NULL AND ${provider} = ANY(${parameter('toBeTold', 'text[]')})`;
  const latest = db
    .selectDistinctOn([challengeId], { id })
    .from(messageTable)
    .where(
      and(sql`${challengeId} = ANY(${parameter('challengeIds', 'uuid[]')})`, inArray(status, ['sent', 'delivered'])),
    )
    .orderBy(challengeId, desc(createdAt));
  return db
    .update(messageTable)
    .set({ verifiedAt: now, feedbackDueAt: sql`CASE WHEN ${isToBeTold} THEN ${now} END` })
    .where(and(inArray(id, latest), isNull(verifiedAt)))
    .returning({ channel, country, provider })
    .prepare('messages: verified');
}
