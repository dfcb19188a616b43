import type { Clock } from '../../platform/clock.js';
import type { Metrics } from '../../platform/metrics.js';
import type { PolledWork } from '../../platform/poller.js';
import type { Balance, MessageSender, ProviderName } from '../../providers/message-sender.js';
import { askBalance } from './ask-balance.js';

/** What a provider said last of the money left with it. */
export interface KnownBalance extends Balance {
  readonly provider: ProviderName;
  /** When it was asked. */
  readonly at: Date;
}

export interface BalanceParts {
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Seconds for which a balance is believed that could not be asked for again. */
const BELIEVED = 3_600;

/** The money left with the providers that tell it, as this process heard last. Each process asks for itself. */
export class ProviderBalances implements PolledWork {
  readonly name = 'balances of providers';
  /** Vonage answers some thirty such questions an hour, from all processes together. */
  readonly intervalMs = 900_000;
  readonly firstAfterMs = 10_000;
  readonly #parts: BalanceParts;
  readonly #known = new Map<ProviderName, KnownBalance>();

  constructor(parts: BalanceParts) {
    this.#parts = parts;
  }

  /** Whether any provider tells its balance. */
  get areTold(): boolean {
    return [...this.#parts.senders.values()].some(({ balance }) => balance !== undefined);
  }

  /** By provider. */
  get known(): readonly KnownBalance[] {
    return [...this.#known.values()].sort((a, b) => (a.provider < b.provider ? -1 : 1));
  }

  /** Asks all of them. */
  async poll(): Promise<void> {
    await Promise.all([...this.#parts.senders.values()].map((sender) => this.#ask(sender)));
  }

  async #ask(sender: MessageSender): Promise<void> {
    const said = await askBalance(sender);
    const { provider } = sender;
    const at = this.#parts.clock.now();
    const before = this.#known.get(provider);
    if (said !== null) this.#show({ provider, ...said, at });
    else if (before && Math.abs(at.getTime() - before.at.getTime()) > BELIEVED * 1000) this.#hide(before);
  }

  #show(balance: KnownBalance): void {
    const { provider, amount, currency } = balance;
    const before = this.#known.get(provider);
    if (before && before.currency !== currency) this.#hide(before);
    this.#known.set(provider, balance);
    this.#parts.metrics.set('provider_balance', { provider, currency }, amount);
  }

  /** An alert must not rest on what is old. */
  #hide({ provider, currency }: KnownBalance): void {
    this.#known.delete(provider);
    this.#parts.metrics.set('provider_balance', { provider, currency }, null);
  }
}
