import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { type Database, instant, textArray } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type AcceptedOutcome, type FailedOutcome, type Provider, SEND_WITHIN } from '../providers/message-sender.js';
import { type MessageFailure, messageTable } from './message.table.js';

/** Seconds for which it is kept what became of a message: 30 days. */
const KEPT = 2_592_000;

/**
 * Seconds for which a message belongs to the process that took it up. It can be sent within that time however slow
 * database and provider are, and clocks may differ by the rest: no other process takes it up while it is being sent.
 */
export const LEASE = SEND_WITHIN + 10;

/** A message in the hands of this process, for one attempt. */
export interface Taken {
  readonly id: string;
  /** This one included. */
  readonly attempts: number;
  /** What came of the attempt before: the row does not say while one is under way. */
  readonly lastFailure: MessageFailure | null;
}

export class MessageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` messages of more than 30 days ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const over = lt(messageTable.createdAt, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: messageTable, over, most });
  }

  /**
   * A provider took it: that is kept whatever else became of it, so that nobody sends it again. What the provider has
   * reported in the meantime stays: reports can be quicker than answers. Where one of them names no id, the attempt
   * tells what the report was about.
   */
  async accepted(
    { id, attempts }: Taken,
    by: { provider: Provider; outcome: AcceptedOutcome; now: Date },
  ): Promise<void> {
    const { provider, outcome, now } = by;
    const { providerMessageId, price } = outcome;
    const sameId = sql`provider_message_id = ${providerMessageId}`;
    const sameAttempt = sql`(provider_message_id IS NULL OR ${providerMessageId}::text IS NULL)
      AND attempts = ${attempts} AND provider = ${provider} AND failure NOT IN ('expired', 'superseded')`;
    const lost = sql`(${provider} = ANY(ruled_out) OR status = 'failed' AND (${sameId} OR ${sameAttempt}))`;
    const news = sql`status <> 'delivered' AND ${lost} IS NOT TRUE`;
    const set = (column: SQL, value: SQL) => sql`${column} = CASE WHEN ${news} THEN ${value} ELSE ${column} END`;
    await this.#db.execute(sql`
      UPDATE messages SET ${set(sql`status`, sql`'sent'`)}, ${set(sql`provider`, sql`${provider}`)},
        ${set(sql`provider_message_id`, sql`${providerMessageId}`)}, ${set(sql`failure`, sql`NULL`)},
        ${set(sql`provider_code`, sql`NULL`)}, ${set(sql`settled_at`, instant(now))},
        price = coalesce(${price?.amount ?? null}::numeric, price),
        price_currency = coalesce(${price?.currency ?? null}, price_currency)
      WHERE id = ${id}::uuid`);
  }

  /** It will not be sent. */
  failed(taken: Taken, by: { provider: Provider; outcome: FailedOutcome; now: Date }): Promise<void> {
    const { provider, outcome, now: settledAt } = by;
    const failure = { failure: outcome.reason, providerCode: outcome.providerCode };
    return this.#update({ ...failure, provider, settledAt, status: 'failed' }, inHands(taken));
  }

  /** It did not work, and any process may try it again from `at` on, with `provider`. */
  tryAgain(
    taken: Taken,
    by: { provider: Provider; ruledOut: readonly Provider[]; outcome: FailedOutcome; at: Date },
  ): Promise<void> {
    const { provider, outcome, at: nextAttemptAt } = by;
    const failure = { failure: outcome.reason, providerCode: outcome.providerCode };
    return this.#update({ ...failure, provider, ruledOut: textArray(by.ruledOut), nextAttemptAt }, inHands(taken));
  }

  /**
   * Another provider gets it now, from the same hands: one attempt more and the time for it, in one statement.
   * @returns whether it still is in these hands.
   */
  async passOn(
    taken: Taken,
    by: { provider: Provider; ruledOut: readonly Provider[]; outcome: FailedOutcome; now: Date },
  ): Promise<boolean> {
    const { provider, outcome, now } = by;
    // What comes of this attempt nobody knows until it is kept: should the process die, the next one is told so.
    const turn = {
      failure: null,
      providerCode: outcome.providerCode,
      provider,
      ruledOut: textArray(by.ruledOut),
      attempts: taken.attempts + 1,
      nextAttemptAt: leaseEnd(now),
    };
    const rows = await this.#db.update(messageTable).set(turn).where(inHands(taken)).returning({ id: messageTable.id });
    return rows.length > 0;
  }

  /** Puts it back untried: it counts as no attempt, and any process may take it up from `at` on. */
  putBack(taken: Taken, at: Date): Promise<void> {
    const { attempts, lastFailure: failure } = taken;
    return this.#update({ attempts: attempts - 1, failure, nextAttemptAt: at }, inHands(taken));
  }

  /** There is nothing to be sent any more. */
  expired(taken: Taken, now: Date): Promise<void> {
    return this.#update({ status: 'failed', failure: 'expired', settledAt: now }, inHands(taken));
  }

  async #update(set: PgUpdateSetSource<typeof messageTable>, where: SQL | undefined): Promise<void> {
    await this.#db.update(messageTable).set(set).where(where);
  }
}

/** Whoever takes a message up counts, so the count tells whether it is still in the same hands. */
function inHands({ id, attempts }: Taken): SQL | undefined {
  return and(eq(messageTable.id, id), eq(messageTable.attempts, attempts), eq(messageTable.status, 'queued'));
}

/** How long whoever takes a message up at `now` has it. */
export function leaseEnd(now: Date): Date {
  return addSeconds(now, LEASE);
}
