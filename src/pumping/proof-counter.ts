import { PUMPING } from './pumping-parameters.js';

/** What was sent to something and what was proved of it, fading with time and traffic. */
export interface ProofCounter {
  readonly sent: number;
  readonly proved: number;
  /** Sends that are too young to count as unproved, each by what its age leaves of it. */
  readonly pending: number;
  /** Unproved sends in excess of what proofs make up for: one up for each, `proofWorth` down for a proof, never below 0. */
  readonly score: number;
}

export const EMPTY: ProofCounter = { sent: 0, proved: 0, pending: 0, score: 0 };

/** Sends that had time to be proved. */
export function matured({ sent, pending }: ProofCounter): number {
  return Math.max(0, sent - pending);
}

/** How much of a send of this age (seconds) still counts as pending. */
export function pendingPart(age: number): number {
  return Math.exp(-Math.max(0, age) / PUMPING.proofTime);
}
