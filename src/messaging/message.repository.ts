import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { type Database, textArray } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type FailedOutcome, type ProviderName, SEND_WITHIN } from '../providers/message-sender.js';
import { type MessageFailure, messageTable } from './message.table.js';

/** Seconds for which a message is kept: 30 days. */
const KEPT = 2_592_000;

/**
 * Seconds for which a process that takes a message up has it in hand. Meanwhile no other process takes it up. Sending
 * ends within that time however slow database and provider are, and the rest allows for clocks that differ.
 */
export const LEASE = SEND_WITHIN + 10;

/** A message in the hands of this process, for one attempt. */
export interface Taken {
  readonly id: string;
  /** This one included. */
  readonly attempts: number;
  /** How the attempt before failed. The row does not tell while an attempt is under way. */
  readonly lastFailure: MessageFailure | null;
}

export class MessageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` messages that are older than 30 days. */
  removeOver(now: Date, most: number): Promise<number> {
    const { createdAt } = messageTable;
    const over = lt(createdAt, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: messageTable, over, oldestBy: createdAt, most });
  }

  /** The message will not be sent. */
  failed(taken: Taken, by: { provider: ProviderName | null; outcome: FailedOutcome; now: Date }): Promise<void> {
    const { provider, outcome, now: settledAt } = by;
    const failure = { failure: outcome.reason, ...toldBy(outcome) };
    return this.#update({ ...failure, provider, settledAt, status: 'failed' }, inHands(taken));
  }

  /** The attempt failed. Any process may try again with `provider`, from `at` on. */
  tryAgain(
    taken: Taken,
    by: { provider: ProviderName; ruledOut: readonly ProviderName[]; outcome: FailedOutcome; at: Date },
  ): Promise<void> {
    const { provider, outcome, at: nextAttemptAt } = by;
    const failure = { failure: outcome.reason, ...toldBy(outcome) };
    return this.#update({ ...failure, provider, ruledOut: textArray(by.ruledOut), nextAttemptAt }, inHands(taken));
  }

  /**
   * This process gives the message to another provider now: one more attempt and the time for it, in one statement.
   * @returns whether this process still has the message in hand.
   */
  async passOn(
    taken: Taken,
    by: { provider: ProviderName; ruledOut: readonly ProviderName[]; outcome: FailedOutcome; now: Date },
  ): Promise<boolean> {
    const { provider, outcome, now } = by;
    // No failure: should this process die, the next one learns that the outcome of this attempt is unknown.
    const turn = {
      failure: null,
      ...toldBy(outcome),
      provider,
      ruledOut: textArray(by.ruledOut),
      attempts: taken.attempts + 1,
      nextAttemptAt: leaseEnd(now),
    };
    const rows = await this.#db.update(messageTable).set(turn).where(inHands(taken)).returning({ id: messageTable.id });
    return rows.length > 0;
  }

  /** Puts the message back untried. That counts as no attempt, and any process may take it up from `at` on. */
  putBack(taken: Taken, at: Date): Promise<void> {
    const { attempts, lastFailure: failure } = taken;
    return this.#update({ attempts: attempts - 1, failure, nextAttemptAt: at }, inHands(taken));
  }

  /** The code is no longer good for anything, so there is nothing to send. */
  expired(taken: Taken, now: Date): Promise<void> {
    return this.#update({ status: 'failed', failure: 'expired', settledAt: now }, inHands(taken));
  }

  async #update(set: PgUpdateSetSource<typeof messageTable>, where: SQL | undefined): Promise<void> {
    await this.#db.update(messageTable).set(set).where(where);
  }
}

/** Each process that takes a message up raises `attempts`, so the number tells whether it is still in the same hands. */
function inHands({ id, attempts }: Taken): SQL | undefined {
  return and(eq(messageTable.id, id), eq(messageTable.attempts, attempts), eq(messageTable.status, 'queued'));
}

/** What the provider said of a failure. */
function toldBy({ providerCode, providerMessage }: FailedOutcome) {
  return { providerCode, providerMessage: providerMessage ?? null };
}

/** How long a process has a message in hand that it takes up at `now`. */
export function leaseEnd(now: Date): Date {
  return addSeconds(now, LEASE);
}

/** When a provider first had a message: as it answered, or as it reported before its answer. */
export function firstTaken(now: SQL) {
  return { takenAt: sql`coalesce(${messageTable.takenAt}, ${now})` };
}
