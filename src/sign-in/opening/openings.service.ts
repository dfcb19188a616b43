import type { NumberSignals } from '../../number-signals/number-signals.js';
import type { Clock } from '../../platform/clock.js';
import type { Random } from '../../platform/random.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import type { ShownProofs } from '../../sessions/session.service.js';
import type { NewContinuation } from './continuation.js';
import type { ContinuationTokens } from './continuation-token.js';
import { askNetwork } from './changed-hands.js';
import { decideOpening, furtherProofs, type Opening, type OpeningFacts, type OpeningRules } from './decision.js';
import { decideReset } from './reset-decision.js';

/** What was shown is right, and does not open the account by itself. */
export interface FurtherProofRequired {
  readonly kind: 'further_proof_required';
  readonly methods: readonly ProofMethod[];
  readonly continuationToken: string;
  readonly availableAt: Date | null;
}

export interface OpeningParts {
  readonly continuationTokens: ContinuationTokens;
  /** What mobile networks know of numbers; `noSignals` where they are not asked. */
  readonly signals: NumberSignals;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: OpeningRules;
}

export interface Reset {
  /** The number whose code was shown; null: the code came by email. */
  readonly phoneNumber: string | null;
  readonly shown: readonly ProofMethod[];
  readonly settled: boolean;
  readonly emailTrusted: boolean;
  readonly now: Date;
}

/** What every way to sign in does alike, where what was shown may not be enough. */
export class Openings {
  readonly #parts: OpeningParts;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  decide(facts: OpeningFacts, shown: readonly ProofMethod[], now: Date): Opening {
    return decideOpening(facts, { shown, rules: this.#parts.rules, now });
  }

  /** The same for a code to a number. The mobile network is asked where its answer can matter, and if there is one to ask. */
  async decideByNumber(
    facts: OpeningFacts,
    { phoneNumber, shown, now }: { phoneNumber: string; shown: readonly ProofMethod[]; now: Date },
  ): Promise<Opening> {
    const { signals, rules } = this.#parts;
    const asked = await askNetwork(facts, { phoneNumber, signals, shown, rules, now });
    return this.decide(asked.facts, shown, now);
  }

  /**
   * The same for a password reset, where `settled` says whether the account has known the device for seven days, and
   * `emailTrusted` whether its email address counts. It waits where the mobile network gives no answer: who signs in does not.
   */
  async decideReset(
    facts: OpeningFacts,
    { phoneNumber, shown, settled, emailTrusted, now }: Reset,
  ): Promise<Opening | { readonly kind: 'network_away' }> {
    const { signals, rules } = this.#parts;
    const numberShown = phoneNumber === null ? null : { phoneNumber, signals, shown, rules, now };
    const asked = numberShown ? await askNetwork(facts, numberShown) : { facts, away: false };
    const further = furtherProofs(facts, shown, now);
    const reset = { has: facts.has, guarded: facts.guarded, settled, emailTrusted, further, now };
    const decision = decideReset(this.decide(asked.facts, shown, now), reset, shown);
    return asked.away && decision.kind === 'open' ? { kind: 'network_away' } : decision;
  }

  /** A continuation to be written by the statement that uses up what was shown. */
  plan(waiting: {
    readonly phoneNumber: string | null;
    readonly shown: ShownProofs;
    readonly decision: NewContinuation['decision'];
    readonly newPasswordHash?: string | null;
    readonly now: Date;
  }): NewContinuation {
    const { random, clock } = this.#parts;
    return { newPasswordHash: null, ...waiting, id: random.rowId(clock) };
  }

  /** The answer, once the continuation is written. */
  async required({ id, decision }: NewContinuation): Promise<FurtherProofRequired> {
    const { methods, availableAt } = decision;
    const continuationToken = this.#parts.continuationTokens.issue(id);
    return { kind: 'further_proof_required', methods, continuationToken, availableAt };
  }
}
