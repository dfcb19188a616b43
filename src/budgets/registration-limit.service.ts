import type { ClientNetworks } from '../platform/client-networks.js';
import { addSeconds, type Clock, secondsUntil } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { type RegistrationBudget, type RegistrationLimits, registrationBudgets } from './registration-budgets.js';
import type { RegistrationLimitRepository } from './registration-limit.repository.js';
import { capacityOf, retryAtOf, type SpentSlots } from './rate-budget.js';
import { ToldOnce } from './told-once.js';

/** A client that registers without a code. */
export interface Registrant {
  readonly networks: ClientNetworks;
  /** Whether a suspicious registration is refused, because a CAPTCHA can clear it. */
  readonly refuseSuspicious: boolean;
  readonly now: Date;
}

export interface TooManyRegistrations {
  readonly kind: 'too_many_registrations';
  readonly retryAfterSeconds: number;
}

export type RegistrationRefusal = TooManyRegistrations | { readonly kind: 'suspicious' };

/** Why a registration is refused, before it is told in seconds. */
export type RegistrationDecision =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'suspicious' }
  | { readonly kind: 'full'; readonly full: readonly RegistrationBudget[]; readonly retryAt: Date | null };

/** Seconds to wait where another registration took the last unit, and there is one again a moment later. */
const AFTER_A_RACE = 1;

export class RegistrationLimitService {
  readonly #budgets: RegistrationLimitRepository;
  readonly #limits: RegistrationLimits;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  /** When each budget was last written to the log. */
  readonly #told = new ToldOnce();

  constructor(parts: {
    budgets: RegistrationLimitRepository;
    limits: RegistrationLimits;
    logger: Logger;
    metrics: Metrics;
    clock: Clock;
  }) {
    this.#budgets = parts.budgets;
    this.#limits = parts.limits;
    this.#logger = parts.logger;
    this.#metrics = parts.metrics;
    this.#clock = parts.clock;
  }

  /**
   * Looks, decides and pays, before a password is hashed and before the caller learns what is taken. Null: the registration
   * may go on. A registration that is refused later, because a name is taken, has paid too: it was a question.
   */
  async admit(registrant: Registrant): Promise<RegistrationRefusal | null> {
    const { networks, refuseSuspicious, now } = registrant;
    const budgets = registrationBudgets(networks, this.#limits);
    const decide = async () => decideRegistration(budgets, await this.#budgets.look(budgets), registrant);
    const decision = await decide();
    if (decision.kind !== 'admitted') return this.#refuse(decision, now);
    const due = refuseSuspicious ? budgets.map((each) => ({ ...each, max: each.unsuspected })) : budgets;
    if (await this.#budgets.pay(due, now)) return null;
    return this.#refuse(await decide(), now);
  }

  #refuse(decision: RegistrationDecision, now: Date): RegistrationRefusal {
    if (decision.kind === 'suspicious') return decision;
    const full = decision.kind === 'full' ? decision : { full: [], retryAt: addSeconds(now, AFTER_A_RACE) };
    for (const budget of full.full) this.#tell(budget);
    const seconds = full.retryAt ? secondsUntil(full.retryAt, now) : AFTER_A_RACE;
    return { kind: 'too_many_registrations', retryAfterSeconds: Math.max(1, seconds) };
  }

  /** One line in the log for each kind of budget and window, however many registrations are refused. */
  #tell({ name, key, window }: RegistrationBudget): void {
    this.#metrics.count('registrations_refused_total', { budget: name });
    const now = this.#clock.now();
    const subject = `${name}:${window}`;
    if (!this.#told.isDue(subject, { window, now })) return;
    this.#told.told(subject, now);
    const setting = name === 'network' ? 'REGISTRATIONS_PER_NETWORK_PER_HOUR' : 'REGISTRATIONS_PER_DAY';
    this.#logger.warn({ budget: key, setting }, 'registrations without a code are refused: a budget is spent');
  }
}

/** Whether a registration without a code may go on. */
export function decideRegistration(
  budgets: readonly RegistrationBudget[],
  spent: ReadonlyMap<string, SpentSlots>,
  { refuseSuspicious, now }: Pick<Registrant, 'refuseSuspicious' | 'now'>,
): RegistrationDecision {
  const beyond = (maximum: (budget: RegistrationBudget) => number) =>
    budgets.filter((each) => !capacityOf({ ...each, max: maximum(each) }, spent.get(each.key), now).hasCapacity);
  const full = beyond(({ max }) => max);
  if (full.length > 0) return { kind: 'full', full, retryAt: retryAtOf(full, spent, now) };
  const suspicious = refuseSuspicious && beyond(({ unsuspected }) => unsuspected).length > 0;
  return { kind: suspicious ? 'suspicious' : 'admitted' };
}
