import { addSeconds, type Clock, secondsUntil } from '../platform/clock.js';
import type { FailedOutcome, SendOutcome } from '../providers/message-sender.js';

/** People in a row to whom nothing could be sent: of one number alone, the number may be the reason. */
const FAILING_NUMBERS = 5;
/** Seconds until one message may try again; twice as long after each try in vain. */
const FIRST_PAUSE = 30;
const LONGEST_PAUSE = 300;
/** Seconds that callers are told to wait while that one message is on its way. */
const WHILE_TRYING = 5;

/** The provider takes nobody's messages. Other failures are about one number, and show that it answers. */
const ailing: ReadonlySet<FailedOutcome['reason']> = new Set([
  'bad_credentials',
  'slow_down',
  'provider_unavailable',
  'timeout',
]);

/** Closed: messages pass. Open: none does. Half-open: one passes, and what becomes of it decides. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** Leave to hand one message over; its holder must tell what became of it; null: it was not handed over after all. */
export type Leave = (outcome: SendOutcome | null) => void;

/**
 * Stops sending through a provider that takes nothing, so that callers are told at once and the provider is not stormed
 * when it comes back. Each process finds out by itself: what it saves are its own calls (docs/decisions/0024).
 */
export class ProviderBreaker {
  readonly #clock: Clock;
  readonly #onChange: (state: BreakerState) => void;
  readonly #failing = new Set<string>();
  #openUntil: Date | null = null;
  #pause = FIRST_PAUSE;
  #trying = false;

  constructor(parts: { clock: Clock; onChange(state: BreakerState): void }) {
    this.#clock = parts.clock;
    this.#onChange = parts.onChange;
  }

  get state(): BreakerState {
    if (this.#openUntil === null) return 'closed';
    return this.#clock.now() < this.#openUntil ? 'open' : 'half_open';
  }

  /** How many messages may set out now, of `wanted`. */
  room(wanted: number): number {
    if (this.state === 'closed') return wanted;
    return this.state === 'half_open' && !this.#trying ? Math.min(wanted, 1) : 0;
  }

  /** Seconds to wait before a message has a chance; null while it has. */
  get retryAfterSeconds(): number | null {
    if (this.room(1) > 0) return null;
    const left = this.#openUntil ? secondsUntil(this.#openUntil, this.#clock.now()) : 0;
    return left || WHILE_TRYING;
  }

  /** Lets one message to `phoneNumber` pass, or not (null). */
  admit(phoneNumber: string): Leave | null {
    if (this.room(1) === 0) return null;
    const isTrial = this.state === 'half_open';
    if (isTrial) {
      this.#trying = true;
      this.#onChange('half_open');
    }
    return (outcome) => this.#learn(outcome, { phoneNumber, isTrial });
  }

  #learn(outcome: SendOutcome | null, { phoneNumber, isTrial }: { phoneNumber: string; isTrial: boolean }): void {
    if (isTrial) this.#trying = false;
    if (outcome === null) return;
    if (outcome.kind === 'accepted' || !ailing.has(outcome.reason)) this.#close();
    else if (isTrial) this.#open(Math.min(this.#pause * 2, LONGEST_PAUSE));
    else if (this.#openUntil === null && this.#failing.add(phoneNumber).size >= FAILING_NUMBERS)
      this.#open(FIRST_PAUSE);
  }

  #open(pause: number): void {
    this.#failing.clear();
    this.#pause = pause;
    this.#openUntil = addSeconds(this.#clock.now(), pause);
    this.#onChange('open');
  }

  #close(): void {
    this.#failing.clear();
    if (this.#openUntil === null) return;
    this.#openUntil = null;
    this.#onChange('closed');
  }
}
