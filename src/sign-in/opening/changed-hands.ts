import type { NumberSignals, SignalAnswer } from '../../number-signals/number-signals.js';
import { addSeconds } from '../../platform/clock.js';
import { decideOpening, type OpeningFacts, type OpeningRules } from './decision.js';
import type { ProofMethod } from '../../sessions/proofs.js';

/**
 * Seconds for which a new SIM counts against a code. Thieves act within hours, and most people with a new SIM have bought
 * a new phone. Who has nothing but the number waits no longer than this (CLAIM_BACK_AFTER).
 */
export const SWAP_COUNTS_FOR = 3 * 86_400;

export interface SignalledFacts {
  readonly facts: OpeningFacts;
  /** The network was asked and gave no answer: who signs in goes on, and a change of password or number waits. */
  readonly away: boolean;
}

/**
 * Adds what the mobile network says of the number, where the answer can matter: where a code to the number would open the
 * account on a device that it does not know. Elsewhere nothing is asked, so nothing is told to the network.
 */
export async function askNetwork(
  facts: OpeningFacts,
  {
    phoneNumber,
    signals,
    ...shown
  }: {
    readonly phoneNumber: string;
    readonly signals: NumberSignals;
    readonly shown: readonly ProofMethod[];
    readonly rules: OpeningRules;
    readonly now: Date;
  },
): Promise<SignalledFacts> {
  const changed = { ...facts, changedHands: true };
  const matters = decideOpening(facts, shown).kind === 'open' && decideOpening(changed, shown).kind !== 'open';
  if (!matters) return { facts, away: false };
  const { lastUsedAt } = facts;
  const newSimSince = new Date(Math.max(lastUsedAt.getTime(), addSeconds(shown.now, -SWAP_COUNTS_FOR).getTime()));
  const answers: SignalAnswer[] = await Promise.all([
    signals.swappedSince(phoneNumber, newSimSince),
    signals.recycledSince(phoneNumber, lastUsedAt),
  ]);
  if (answers.includes('yes')) return { facts: changed, away: false };
  return { facts, away: answers.includes('away') };
}
