import type { Actor } from '../../audit/origin.js';
import type { Clock } from '../../platform/clock.js';
import { nameOf } from '../../pumping/pause-name.js';
import type { Pause, SendPauseRepository } from '../../pumping/send-pause.repository.js';
import type { PauseEvidence } from '../../pumping/send-pause.table.js';

/** A pause as administrators see it. */
export interface ShownPause {
  readonly id: string;
  readonly destination: string;
  /** ISO 3166-1 alpha-2; null: of no country. */
  readonly country: string | null;
  readonly reason: string;
  readonly pausedAt: Date;
  readonly pausedUntil: Date;
}

export class PausesService {
  readonly #pauses: SendPauseRepository;
  readonly #clock: Clock;

  constructor({ pauses, clock }: { pauses: SendPauseRepository; clock: Clock }) {
    this.#pauses = pauses;
    this.#clock = clock;
  }

  /** Those that hold, the longest first. */
  async list(): Promise<ShownPause[]> {
    return (await this.#pauses.list(this.#clock.now())).map(shownPause);
  }

  /** Ends a pause at once, in every process. Null: nothing with this id is paused. */
  async lift(id: string, actor: Actor): Promise<ShownPause | null> {
    const lifted = await this.#pauses.liftFor(actor, keyOf(id), this.#clock.now());
    return lifted && shownPause(lifted);
  }
}

export function shownPause({ key, pausedAt, pausedUntil, evidence }: Pause): ShownPause {
  const [, country = ''] = key.split(':');
  return {
    id: Buffer.from(key).toString('base64url'),
    destination: nameOf(key),
    country: /^[A-Z]{2}$/.test(country) ? country : null,
    reason: reasonOf(evidence),
    pausedAt,
    pausedUntil,
  };
}

function keyOf(id: string): string {
  // PostgreSQL keeps no NUL in a text.
  return Buffer.from(id, 'base64url').toString().replaceAll('\0', '');
}

function reasonOf(evidence: PauseEvidence | null): string {
  if (!evidence) return 'Codes there were asked for and not typed.';
  const { sent, proved, expectedShare } = evidence;
  const usual = Math.round(expectedShare * 100);
  return `Of ${round(sent)} codes that count, ${round(proved)} were typed; ${usual} % are usual there.`;
}

function round(count: number): string {
  return String(Math.round(count * 10) / 10);
}
