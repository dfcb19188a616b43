import type { NumberRanges, PauseLevel } from './number-ranges.js';
import { type Evidence, matured, type ProofCounter, stands } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';

type Surroundings = 'block' | 'country' | 'all';

/** What the guard makes of the evidence around one number. */
export interface Verdict {
  /** The share of codes that is expected to be verified in this country. */
  readonly expectedShare: number;
  /** The score at which the range is paused. */
  readonly limit: number;
  /** The part of the first sends to new ranges that is probably pumped. */
  readonly pumped: Readonly<Record<Surroundings, number>>;
  /** What is to be paused. */
  readonly pause: readonly PauseLevel[];
  /** What need not be paused any longer. */
  readonly recovered: readonly PauseLevel[];
}

/**
 * Judges a range and what it lies in. Honest people verify most codes, and hardly any code to a pumped number is verified.
 * Each send that stays unverified raises the score of its range by one, each verified code lowers it by two. So the score
 * of an honest range hovers near zero and that of a pumped one climbs (a CUSUM test). How high bad luck may take it follows
 * from the share that is verified in the country. Where the first sends to other new ranges around stay unverified too,
 * less is needed.
 */
export function judge(evidence: Evidence): Verdict {
  const { expectedWeight, surroundingsWeight } = PUMPING;
  const everywhere = shareOf(evidence.share, PUMPING.expectedShare, expectedWeight);
  const expectedShare = believable(shareOf(evidence.countryShare, everywhere, expectedWeight));
  const all = shareOf(evidence.all, expectedShare, surroundingsWeight);
  const country = shareOf(evidence.country, all, surroundingsWeight);
  const block = shareOf(evidence.block, country, surroundingsWeight);
  const pumped = {
    all: pumpedPart(all, expectedShare),
    country: pumpedPart(country, expectedShare),
    block: pumpedPart(block, expectedShare),
  };
  // What a range did itself is in its score, and must not speak against it a second time.
  const neighbours = shareOf(withoutOwn(evidence), country, surroundingsWeight);
  const suspicion = stands(evidence.range) ? PUMPING.usualPumping : pumpedPart(neighbours, expectedShare);
  const limit = Math.max(PUMPING.leastScore, scoreLimit(expectedShare, suspicion));
  const bad = {
    range: evidence.range.score >= limit,
    block: isPumped('block', evidence.block, block, expectedShare),
    country: isPumped('country', evidence.country, country, expectedShare),
  };
  const good = {
    range: isRecovered(evidence.range, limit),
    block: pumped.block < PUMPING.recoveredPart,
    country: pumped.country < PUMPING.recoveredPart,
  };
  return { expectedShare, limit, pumped, pause: levels(bad), recovered: levels(good) };
}

/** Which of the `paused` keys need not be paused any longer, as the evidence of these ranges has it. */
export function recoveredAmong(
  paused: readonly string[],
  around: readonly NumberRanges[],
  evidence: (ranges: NumberRanges) => Evidence,
): Set<string> {
  const recovered = around.flatMap((ranges) => judge(evidence(ranges)).recovered.map((level) => ranges[level]));
  return new Set(recovered.filter((key) => paused.includes(key)));
}

/**
 * Whether a pause of this range can end: enough was verified there, or today's evidence of its surroundings would not pause
 * it. The score that paused it and everything that was ever sent there speak against an end, so one verified code among
 * many sends is not enough.
 */
function isRecovered(range: ProofCounter, limit: number): boolean {
  const { keptScore, verifiedWorth, recoveredLimit, recoveredScore } = PUMPING;
  const unproved = Math.max(0, matured(range) - range.proved);
  const against = Math.max(range.score / keptScore, unproved - verifiedWorth * range.proved);
  return (stands(range) && range.score < recoveredScore) || against < limit * recoveredLimit;
}

function levels(which: Readonly<Record<PauseLevel, boolean>>): PauseLevel[] {
  return (['range', 'block', 'country'] as const).filter((level) => which[level]);
}

/** The share that was verified, with an opinion beforehand that is worth `weight` sends: the mean of a Beta posterior. */
function shareOf(counter: ProofCounter, expected: number, weight: number): number {
  return Math.min(1, (counter.proved + weight * expected) / (matured(counter) + weight));
}

/**
 * The counter of a block without the first sends to this one of its ranges, which it counted too: which of the range's
 * sends those were is not kept, so they are taken for ones like all of them.
 */
function withoutOwn({ block, range }: Evidence): ProofCounter {
  const own = Math.min(PUMPING.firstSends, range.sent, block.sent);
  const part = range.sent > 0 ? own / range.sent : 0;
  const sent = block.sent - own;
  const proved = Math.max(0, block.proved - range.proved * part);
  return { sent, proved, pending: Math.max(0, block.pending - range.pending * part), score: 0 };
}

function believable(share: number): number {
  return Math.min(PUMPING.mostShare, Math.max(PUMPING.leastShare, share));
}

/** How much of the traffic is pumped, if honest people verify `expected` of their codes and `share` of all was verified. */
function pumpedPart(share: number, expected: number): number {
  const { pumpedShare, usualPumping } = PUMPING;
  return Math.min(0.999, Math.max(usualPumping, (expected - share) / (expected - pumpedShare)));
}

/** Whether surroundings are pumped even where a standard deviation more than was seen would be verified. */
function isPumped(level: 'block' | 'country', counter: ProofCounter, share: number, expected: number): boolean {
  const sends = matured(counter);
  const doubt = Math.sqrt((share * (1 - share)) / (sends + PUMPING.surroundingsWeight));
  return sends >= PUMPING.leastSends[level] && pumpedPart(share + doubt, expected) >= PUMPING.pauseSurroundingsAt;
}

/**
 * The score of honest traffic gets as high as L with a probability of about x^−L, for the x > 1 at which the mean of
 * x^step is 1 (Wald). L is what makes that as unlikely as `falseAlarm`, times the odds that the surroundings give.
 */
function scoreLimit(share: number, pumped: number): number {
  const suspicion = logOdds(pumped) - logOdds(PUMPING.usualPumping);
  return (-Math.log(PUMPING.falseAlarm) - suspicion) / Math.log(growth(share));
}

/** The root x > 1 of (1 − share)·x + share·x^−2 = 1; the root x = 1 is taken out. The 2 is `verifiedWorth`. */
function growth(share: number): number {
  return (share + Math.sqrt(share * share + 4 * share * (1 - share))) / (2 * (1 - share));
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
