import { matured, type ProofCounter } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';

/** What is known about the surroundings of one send. */
export interface Evidence {
  /** The first 8 digits: every send to an unknown person. */
  readonly range: ProofCounter;
  /** First sends to new ranges: of the first 6 digits, of the country, anywhere. */
  readonly block: ProofCounter;
  readonly country: ProofCounter;
  readonly all: ProofCounter;
  /** What the country usually proves, and what everybody does. */
  readonly countryShare: ProofCounter;
  readonly share: ProofCounter;
}

export type Level = 'range' | 'block' | 'country' | 'all';

/** What the guard makes of it. */
export interface Verdict {
  /** The share of codes that this country is expected to prove. */
  readonly expectedShare: number;
  /** The score at which the range is paused. */
  readonly limit: number;
  /** The part of first sends that seems to be pumped. */
  readonly pumped: Readonly<Record<Exclude<Level, 'range'>, number>>;
  readonly pause: readonly Level[];
}

/**
 * Judges a range and what it lies in. Honest people prove most codes, pumped numbers hardly any: each send that stays
 * unproved raises the range's score by one, each proof lowers it by two, so an honest score hovers near zero. How high
 * it may get by bad luck follows from the country's share; where many new ranges around stay unproved, less is needed.
 */
export function judge(evidence: Evidence): Verdict {
  const { expectedWeight, surroundingsWeight: weight, pauseSurroundingsAt, leastSurroundings, leastScore } = PUMPING;
  const everybody = shareOf(evidence.share, PUMPING.expectedShare, expectedWeight);
  const expectedShare = within(shareOf(evidence.countryShare, everybody, expectedWeight));
  const all = shareOf(evidence.all, expectedShare, weight);
  const country = shareOf(evidence.country, all, weight);
  const block = shareOf(evidence.block, country, weight);
  const pumped = {
    all: pumpedPart(all, expectedShare),
    country: pumpedPart(country, expectedShare),
    block: pumpedPart(block, expectedShare),
  };
  const suspicion = stands(evidence.range) ? PUMPING.usualPumping : pumped.block;
  const limit = Math.max(leastScore, scoreLimit(expectedShare, suspicion));
  const bad = (['block', 'country'] as const).filter((level) => {
    const m = matured(evidence[level]);
    if (m < (level === 'block' ? leastSurroundings : PUMPING.leastCountry)) return false;
    const share = level === 'block' ? block : country;
    const doubt = Math.sqrt((share * (1 - share)) / (m + weight));
    const CA = Number(process.env['CA'] ?? 1);
    return pumpedPart(share + Number(process.env['DOUBT'] ?? 1) * doubt, expectedShare) >= pauseSurroundingsAt * CA;
  });
  return { expectedShare, limit, pumped, pause: [...(evidence.range.score >= limit ? (['range'] as const) : []), ...bad] };
}

/** Whether enough was proved of it that it is judged by itself. */
export function stands(counter: ProofCounter): boolean {
  return counter.proved >= PUMPING.standingProofs && counter.proved >= PUMPING.rangeStandingShare * matured(counter);
}

/** The share that was proved, with an opinion beforehand that is worth `weight` sends (the mean of a Beta posterior). */
function shareOf(counter: ProofCounter, expected: number, weight: number): number {
  return Math.min(1, (counter.proved + weight * expected) / (matured(counter) + weight));
}

function within(share: number): number {
  return Math.min(PUMPING.mostShare, Math.max(PUMPING.leastShare, share));
}

/** How much of the traffic is pumped, if honest people prove `expected` and what was proved is `share`. */
function pumpedPart(share: number, expected: number): number {
  const { pumpedShare, usualPumping } = PUMPING;
  return Math.min(0.999, Math.max(usualPumping, (expected - share) / (expected - pumpedShare)));
}

/**
 * A score of honest traffic reaches L with a probability of about x^−L for the x > 1 at which the mean of x^step is 1
 * (Wald). L is what makes that as unlikely as `falseAlarm`, in units of which the surroundings' odds are taken off.
 */
function scoreLimit(share: number, pumped: number): number {
  const suspicion = logOdds(pumped) - logOdds(PUMPING.usualPumping);
  return (-Math.log(PUMPING.falseAlarm) - suspicion) / Math.log(growth(share));
}

/** The root x > 1 of (1 − share)·x + share·x^−proofWorth = 1, for a proofWorth of 2: a quadratic once x = 1 is taken out. */
function growth(share: number): number {
  return (share + Math.sqrt(share * share + 4 * share * (1 - share))) / (2 * (1 - share));
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
