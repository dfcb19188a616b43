import type { Clock } from '../../platform/clock.js';
import type { Metrics } from '../../platform/metrics.js';
import type { PolledWork } from '../../platform/poller.js';
import type { Balance, MessageSender, ProviderName } from '../../providers/message-sender.js';

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

/** The money left with the providers that tell it, as this process heard last. Each process asks for itself. */
export class ProviderBalances implements PolledWork {
  readonly name = 'balances of providers';
  readonly intervalMs = 300_000;
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

  /** By provider. A provider that did not answer the last question is not among them. */
  get known(): readonly KnownBalance[] {
    return [...this.#known.values()].sort((a, b) => (a.provider < b.provider ? -1 : 1));
  }

  /** Asks all of them. */
  async poll(): Promise<void> {
    await Promise.all([...this.#parts.senders.values()].map((sender) => this.#ask(sender)));
  }

  async #ask(sender: MessageSender): Promise<void> {
    const { provider } = sender;
    // A balance that is old says nothing: an alert must not rest on it.
    const said = (await sender.balance?.().catch(() => null)) ?? null;
    const before = this.#known.get(provider);
    const { clock, metrics } = this.#parts;
    if (before && before.currency !== said?.currency)
      metrics.set('provider_balance', { provider, currency: before.currency }, null);
    if (said === null) return void this.#known.delete(provider);
    this.#known.set(provider, { provider, ...said, at: clock.now() });
    metrics.set('provider_balance', { provider, currency: said.currency }, said.amount);
  }
}
