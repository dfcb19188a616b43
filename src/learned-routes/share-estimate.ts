import { ROUTING } from './route-parameters.js';

export interface Counted {
  readonly tries: number;
  readonly verified: number;
}

/** What is believed of a share. */
export interface Estimate {
  readonly mean: number;
  /** One standard error. */
  readonly error: number;
  /** The true share lies between the two nine times out of ten. */
  readonly low: number;
  readonly high: number;
}

/** Standard errors on each side that hold nine cases out of ten. */
const NINE_OF_TEN = 1.645;

/** The share of codes that a provider brings to be verified. Few codes are pulled towards what is usual for all. */
export function estimateOf({ tries, verified }: Counted, usual: number): Estimate {
  const weight = tries + ROUTING.opinionWorth;
  const mean = (verified + usual * ROUTING.opinionWorth) / weight;
  const error = Math.sqrt((mean * (1 - mean)) / weight);
  const reach = NINE_OF_TEN * error;
  return { mean, error, low: Math.max(0, mean - reach), high: Math.min(1, mean + reach) };
}

/** Whether the latest codes cannot be explained by what was usual before. */
export function contradicts(latest: Counted, before: Counted): boolean {
  if (latest.tries < ROUTING.changedFrom || before.tries <= latest.tries) return false;
  // One code that is worth half keeps the share off 0 and 1.
  const usual = (before.verified + 0.5) / (before.tries + 1);
  const error = Math.sqrt((usual * (1 - usual)) / latest.tries);
  return Math.abs(latest.verified / latest.tries - usual) > ROUTING.changedBeyond * error;
}
