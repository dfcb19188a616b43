import { addSeconds } from '../platform/clock.js';

/**
 * Seconds between the day a key is published and the day it signs. Verifiers cache the key set, and not all of them
 * ask again when they meet a key they do not know (Envoy and Istio do not): ours says 5 minutes, libraries keep it for
 * 10, Istio for 20.
 */
export const KEY_LEAD = 3600;

/** Seconds after which a key is followed by a new one by itself: 90 days. */
export const KEY_LIFE = 90 * 86_400;

/** Seconds for which a proof of a number is good (number-proofs/). The keys of access tokens sign it. */
export const PROOF_TTL = 300;

/** Seconds that a key stays published beyond the last of its tokens: clocks differ, and a process may notice late. */
const KEY_MARGIN = 300;

/**
 * When a key leaves the key set: once the tokens that it signed until its successor took over have expired, as long as
 * they were when it signed them and whichever process did.
 * @returns null while nothing follows it
 */
export function leavesAt(
  key: { readonly tokenTtl: number },
  successor: { readonly signsFrom: Date } | undefined,
): Date | null {
  return successor ? addSeconds(successor.signsFrom, key.tokenTtl + KEY_MARGIN) : null;
}

/**
 * Which of the keys, in the order of their numbers, is to sign: the last whose time has come. Where none has, because
 * the clock of the process that made the only key is ahead of ours, it is the first.
 */
export function signingIndex(keys: ReadonlyArray<{ readonly signsFrom: Date }>, now: Date): number {
  return Math.max(
    0,
    keys.findLastIndex(({ signsFrom }) => signsFrom <= now),
  );
}
