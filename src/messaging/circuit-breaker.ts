import type { Clock } from '../platform/clock.js';
import type { FailedOutcome, SendOutcome } from '../providers/message-sender.js';

/** Phone numbers in a row whose messages failed. Failures of one number alone may be about that number. */
const FAILING_NUMBERS = 5;
/** Seconds until one message may try again. The pause doubles after each try that fails. */
const FIRST_PAUSE = 30;
const LONGEST_PAUSE = 300;
/** Seconds that callers are told to wait while that one message is being sent. */
const WHILE_TRYING = 5;

/** Failures that are about the provider. Other failures are about one number, and show that the provider answers. */
const providerFailures: ReadonlySet<FailedOutcome['reason']> = new Set([
  'bad_credentials',
  'slow_down',
  'provider_unavailable',
  'timeout',
]);

/** Closed: messages pass. Open: none passes. Half-open: one passes, and its outcome decides. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** Permits one message. The holder must report its outcome; null: the message was not handed over after all. */
export type Permit = (outcome: SendOutcome | null) => void;

/**
 * Stops sending through a provider that takes no messages. Callers are told at once, and the provider is not flooded
 * when it comes back. Each process learns by itself, because it saves its own calls (docs/decisions/0024).
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #onChange: (state: BreakerState) => void;
  readonly #failing = new Set<string>();
  /** Monotonic, in milliseconds. */
  #openUntil: number | null = null;
  #pause = FIRST_PAUSE;
  #trying = false;

  constructor(parts: { clock: Clock; onChange(state: BreakerState): void }) {
    this.#clock = parts.clock;
    this.#onChange = parts.onChange;
  }

  get state(): BreakerState {
    if (this.#openUntil === null) return 'closed';
    return this.#clock.monotonic() < this.#openUntil ? 'open' : 'half_open';
  }

  /** How many messages may be sent now, of `wanted`. */
  capacity(wanted: number): number {
    if (this.state === 'closed') return wanted;
    return this.state === 'half_open' && !this.#trying ? Math.min(wanted, 1) : 0;
  }

  /** Whether a message may be sent now. */
  get hasCapacity(): boolean {
    return this.capacity(1) > 0;
  }

  /** Seconds until a message may be sent; null: it may be sent now. */
  get retryAfterSeconds(): number | null {
    if (this.hasCapacity) return null;
    const left = (this.#openUntil ?? 0) - this.#clock.monotonic();
    return left > 0 ? Math.ceil(left / 1000) : WHILE_TRYING;
  }

  /** Permits one message to `destination`; null: it may not be sent now. */
  admit(destination: string): Permit | null {
    if (!this.hasCapacity) return null;
    const isTrial = this.state === 'half_open';
    if (isTrial) {
      this.#trying = true;
      this.#onChange('half_open');
    }
    return (outcome) => this.#learn(outcome, { destination, isTrial });
  }

  #learn(outcome: SendOutcome | null, { destination, isTrial }: { destination: string; isTrial: boolean }): void {
    if (isTrial) this.#trying = false;
    if (outcome === null) return;
    if (outcome.kind === 'accepted' || !providerFailures.has(outcome.reason)) this.#close();
    else if (isTrial) this.#open(Math.min(this.#pause * 2, LONGEST_PAUSE));
    else if (this.#openUntil === null && this.#failing.add(destination).size >= FAILING_NUMBERS)
      this.#open(FIRST_PAUSE);
  }

  #open(pause: number): void {
    this.#failing.clear();
    this.#pause = pause;
    this.#openUntil = this.#clock.monotonic() + pause * 1000;
    this.#onChange('open');
  }

  #close(): void {
    this.#failing.clear();
    if (this.#openUntil === null) return;
    this.#openUntil = null;
    this.#onChange('closed');
  }
}
