import type { Logger } from '../../platform/logger.js';
import type { PolledWork } from '../../platform/poller.js';
import type { FailureKind } from './audit-failure.table.js';
import { type CountedFailures, type FailureTrailRepository, QUARTER } from './failure-trail.repository.js';

/** Milliseconds. A process that is killed takes with it what it has counted since. */
const WRITE_EVERY_MS = 5_000;
/**
 * Kinds, proofs and subjects that a process tells apart in a quarter of an hour, for each lane. Beyond them, failures count
 * without their subject: a flood of guesses at a hundred thousand numbers fills neither the memory nor the trail.
 */
const TOLD_APART = 500;

export interface FailedProof {
  /** The number, the email address or the id of the account that was guessed at; null: none known. */
  readonly subject: string | null;
  /** `PASSWORD`, `CURRENT_PASSWORD`, or `CODE` with its purpose: `CODE:SIGN_IN`. */
  readonly proof: string;
  readonly ipAddress: string | null;
  readonly at: Date;
}

/**
 * Counts wrong proofs and locks for the audit trail, in memory and behind the answers. What was counted is added up in the
 * database, and becomes one event for each quarter of an hour (failure-trail.repository.ts).
 */
export class FailureTrail implements PolledWork {
  readonly name = 'the failures for the audit trail';
  readonly intervalMs = WRITE_EVERY_MS;
  readonly #failures: Pick<FailureTrailRepository, 'add'>;
  readonly #logger: Logger;
  readonly #counted = new Map<string, CountedFailures>();
  /** Of the quarter of an hour, by lane. */
  readonly #toldApart = new Map<string, Set<string>>();
  #quarter = 0;

  constructor(parts: { failures: Pick<FailureTrailRepository, 'add'>; logger: Logger }) {
    this.#failures = parts.failures;
    this.#logger = parts.logger;
  }

  /** A proof was compared, and wrong. */
  failed(failure: FailedProof): void {
    this.#count('sign_in_failed', failure, null);
  }

  /** A wrong proof has locked its subject. */
  locked(failure: FailedProof, until: Date): void {
    this.#count('locked', failure, until);
  }

  /** Adds to the database what was counted since. If that fails, it is kept for the next time. */
  async poll(): Promise<void> {
    if (this.#counted.size === 0) return;
    const failures = [...this.#counted.values()];
    this.#counted.clear();
    try {
      await this.#failures.add(failures);
    } catch (error) {
      for (const each of failures) this.#add(each);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.poll().catch((err: unknown) => this.#logger.warn({ err }, 'failures are missing in the audit trail'));
  }

  #count(kind: FailureKind, { subject, proof, ipAddress, at }: FailedProof, lockedUntil: Date | null): void {
    const quarter = Math.floor(at.getTime() / 1000 / QUARTER) * QUARTER * 1000;
    if (quarter !== this.#quarter) this.#toldApart.clear();
    this.#quarter = quarter;
    const told = this.#isToldApart(`${kind} ${proof} ${subject}`, laneOf(kind, subject)) ? subject : null;
    const where = { quarter: new Date(quarter), kind, proof, subject: told ?? '' };
    this.#add({ ...where, count: 1, ipAddress, lastAt: at, lockedUntil });
  }

  #isToldApart(name: string, lane: string): boolean {
    const names = this.#toldApart.get(lane) ?? new Set();
    this.#toldApart.set(lane, names);
    if (names.size < TOLD_APART) names.add(name);
    return names.has(name);
  }

  #add(failures: CountedFailures): void {
    const { quarter, kind, proof, subject } = failures;
    const key = `${quarter.getTime()} ${kind} ${proof} ${subject}`;
    const before = this.#counted.get(key);
    this.#counted.set(key, before ? addedUp(before, failures) : failures);
  }
}

/** Guesses at numbers do not hide what happens to accounts, and neither hides a lock. */
function laneOf(kind: FailureKind, subject: string | null): string {
  return kind === 'locked' || subject === null ? kind : `${kind} ${subject[0] === '+' ? 'number' : 'account'}`;
}

function addedUp(one: CountedFailures, other: CountedFailures): CountedFailures {
  const later = (a: Date | null, b: Date | null) => (a === null || (b !== null && b > a) ? b : a);
  return {
    ...one,
    count: one.count + other.count,
    ipAddress: one.ipAddress === other.ipAddress ? one.ipAddress : null,
    lastAt: later(one.lastAt, other.lastAt) ?? one.lastAt,
    lockedUntil: later(one.lockedUntil, other.lockedUntil),
  };
}
