import type { Answer } from './api.js';
import { mostWithin } from './statistics.js';
import type { Target } from './target.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The result of a campaign. */
export interface Tally {
  readonly sent: number;
  /** Guesses that the service compared. It counts each of these. */
  readonly evaluated: number;
  /** The highest number of compared guesses in any 24 hours. */
  readonly mostPerDay: number;
  /** The same without the first guesses with request tokens. */
  readonly mostCounted: number;
  readonly hits: number;
}

export type Guess = () => Promise<Answer>;

/**
 * Guesses at one secret, over days of the service's time. Compared guesses are counted in the service's own budgets.
 */
export class Campaign {
  readonly target: Target;
  readonly startedAt: number;
  readonly #until: number;
  readonly #mostGuesses: number;
  readonly #evaluated: number[] = [];
  /** Those of them that count at the number or the password. */
  readonly #counted: number[] = [];
  #now: number;
  #lastVolley = 0;
  #sent = 0;
  #hits = 0;

  private constructor(target: Target, now: number, { days, mostGuesses }: { days: number; mostGuesses: number }) {
    this.target = target;
    this.startedAt = now;
    this.#now = now;
    this.#until = now + days * DAY;
    this.#mostGuesses = mostGuesses;
  }

  static async begin(target: Target, limits: { days: number; mostGuesses: number }): Promise<Campaign> {
    // Move the clock, so that earlier guesses do not count for this campaign.
    await target.advance(1);
    return new Campaign(target, await target.now(), limits);
  }

  get now(): number {
    return this.#now;
  }

  get over(): boolean {
    return this.#now >= this.#until || this.#sent >= this.#mostGuesses;
  }

  /** The instants of the compared guesses. */
  get evaluated(): readonly number[] {
    return this.#evaluated;
  }

  async wait(milliseconds: number): Promise<void> {
    await this.target.advance(milliseconds);
    this.#now += milliseconds;
  }

  async waitUntil(instant: number): Promise<void> {
    if (instant > this.#now) await this.wait(instant - this.#now);
  }

  /** Guesses at the same moment. Each volley has its own instant, so that its guesses can be counted. */
  async volley(guesses: readonly Guess[]): Promise<Answer[]> {
    if (this.#now <= this.#lastVolley) await this.wait(this.#lastVolley + 1 - this.#now);
    this.#lastVolley = this.#now;
    this.#sent += guesses.length;
    const before = await this.#firstGuesses();
    const answers = await Promise.all(guesses.map((guess) => guess()));
    await this.#count((await this.#firstGuesses()) - before);
    this.#hits += answers.filter(({ kind }) => kind.endsWith('Success')).length;
    return answers;
  }

  /** Sends one request that contains many guesses. */
  async bulk(guesses: number, send: () => Promise<unknown>): Promise<void> {
    if (this.#now <= this.#lastVolley) await this.wait(this.#lastVolley + 1 - this.#now);
    this.#lastVolley = this.#now;
    this.#sent += guesses;
    await send();
    await this.#count();
  }

  /** Waits exactly as long as the answers say, or for `fallback` milliseconds if they do not say. */
  async waitOut(answers: readonly Answer[], fallback: number): Promise<void> {
    const waits = answers.flatMap(({ retryAfterSeconds }) => (retryAfterSeconds ? [retryAfterSeconds] : []));
    await this.wait(waits.length > 0 ? Math.max(...waits) * SECOND : fallback);
  }

  tally(): Tally {
    const { length } = this.#evaluated;
    const [mostPerDay, mostCounted] = [mostWithin(this.#evaluated, DAY), mostWithin(this.#counted, DAY)];
    return { sent: this.#sent, evaluated: length, mostPerDay, mostCounted, hits: this.#hits };
  }

  /** The service stores each compared guess with its instant, in whichever budget it counts. First guesses count in none. */
  async #count(firstGuesses = 0): Promise<void> {
    const [row] = await this.target.sql<{ counted: number }[]>`
      SELECT count(*)::int AS counted FROM guess_budgets, unnest(failures) failure
      WHERE failure = ${new Date(this.#now).toISOString()}::timestamptz`;
    const counted = Array<number>(row?.counted ?? 0).fill(this.#now);
    this.#counted.push(...counted);
    this.#evaluated.push(...counted, ...Array<number>(firstGuesses).fill(this.#now));
  }

  /** First guesses with request tokens, at all codes that can still be guessed at. The service removes those that are over. */
  async #firstGuesses(): Promise<number> {
    const [row] = await this.target.sql<{ firsts: number }[]>`
      SELECT coalesce(sum(cardinality(first_guesses)), 0)::int AS firsts FROM otp_challenges
      WHERE expires_at > ${new Date(this.#now).toISOString()}::timestamptz`;
    return row?.firsts ?? 0;
  }
}
