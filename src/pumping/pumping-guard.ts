import { type NumberRanges, type PauseLevel, pauseLevels } from './number-ranges.js';
import { type Evidence, isKnown, matured, type ProofCounter, type SeenCounter } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';

type Surroundings = 'block' | 'country' | 'all';

/** What the guard makes of the evidence around one number. */
export interface Verdict {
  /** The share of codes that is expected to be verified in this country. */
  readonly expectedShare: number;
  /** The score at which the range, or its block, is paused. */
  readonly limits: Readonly<Record<PauseLevel, number>>;
  /** The part of the first sends to new ranges that is probably pumped. */
  readonly pumped: Readonly<Record<Surroundings, number>>;
  /** What is to be paused. */
  readonly pause: readonly PauseLevel[];
  /** What need not be paused any longer. */
  readonly recovered: readonly PauseLevel[];
}

/**
 * Judges a range and its block. Honest people verify most codes, and hardly any code to a pumped number is verified. Each
 * send that stays unverified raises the score by one, each verified code lowers it by two. So the score of honest people
 * hovers near zero and that of pumped numbers climbs (a CUSUM test). How high bad luck may take it follows from the share
 * that is verified in the country. Where honest people are known, more is needed, by how many they are: closing it must
 * not be cheap. Where none are known and the sends around stay unverified too, less is needed. A block where some are
 * known is never paused, and neither is a country.
 */
export function judge(evidence: Evidence): Verdict {
  const { expectedWeight, surroundingsWeight: weight, usualPumping } = PUMPING;
  const { range, block } = evidence;
  // What a range did itself is in its score, and must not speak against it a second time, nor for it.
  const everywhere = shareOf(minus(evidence.share, range), PUMPING.expectedShare, expectedWeight);
  const expectedShare = believable(shareOf(minus(evidence.countryShare, range), everywhere, expectedWeight));
  const all = shareOf(evidence.all, expectedShare, weight);
  const country = shareOf(evidence.country, all, weight);
  const around = isKnown(block) ? expectedShare : country;
  const neighbours = shareOf(without(block, range), around, weight);
  const otherBlocks = shareOf(without(evidence.country, block), all, weight);
  const part = (share: number) => pumpedPart(share, expectedShare);
  const pumped = { all: part(all), country: part(country), block: part(shareOf(block, around, weight)) };
  const limits = {
    range: scoreLimit(expectedShare, isKnown(range) ? usualPumping : part(neighbours)) + borneBy(range),
    block: scoreLimit(expectedShare, part(otherBlocks)) + borneBy(block),
  };
  const bad = { range: range.score >= limits.range, block: !isKnown(block) && block.score >= limits.block };
  const good = {
    range: isRecovered(range, limits.range),
    block: isKnown(block) || isRecovered(block, limits.block),
  };
  return { expectedShare, limits, pumped, pause: levels(bad), recovered: levels(good) };
}

/**
 * What is borne beyond that where many codes are verified: the more people come, the more bad luck there is. Where honest
 * people are known, it is some days' usual codes: to close it takes many times what honest people ask for.
 */
function borneBy(counter: SeenCounter): number {
  const { knownBears, verifiedBears, usualDays, usualMemory } = PUMPING;
  const today = verifiedBears * counter.proved;
  if (!isKnown(counter)) return today;
  const usual = counter.proved / Math.min(usualMemory, Math.max(1, counter.age));
  return knownBears + Math.max(today, usualDays * usual);
}

/** How long a first pause lasts. */
export function firstPauseOf(level: PauseLevel, { range }: Evidence): number {
  const { firstPause } = PUMPING;
  return level === 'range' && isKnown(range) ? firstPause.known : firstPause[level];
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
 * Whether a pause can end: enough was verified there, or today's evidence of its surroundings would not pause it. The score
 * that paused it and everything that was ever sent there speak against an end, so one verified code among many sends is
 * not enough.
 */
function isRecovered(counter: SeenCounter, limit: number): boolean {
  const { keptScore, verifiedWorth, recoveredLimit, recoveredScore } = PUMPING;
  const unproved = Math.max(0, matured(counter) - counter.proved);
  const against = Math.max(counter.score / keptScore, unproved - verifiedWorth * counter.proved);
  return (isKnown(counter) && counter.score < recoveredScore) || against < limit * recoveredLimit;
}

function levels(which: Readonly<Record<PauseLevel, boolean>>): PauseLevel[] {
  return pauseLevels.filter((level) => which[level]);
}

/** The share that was verified, with an opinion beforehand that is worth `weight` sends: the mean of a Beta posterior. */
function shareOf(counter: ProofCounter, expected: number, weight: number): number {
  return Math.min(1, (counter.proved + weight * expected) / (matured(counter) + weight));
}

/**
 * The counter of surroundings without the first sends to one part of them, which they counted too: which of the part's
 * sends those were is not kept, so they are taken for ones like all of them.
 */
function without(around: ProofCounter, part: ProofCounter): ProofCounter {
  const own = Math.min(PUMPING.firstSends, part.sent, around.sent);
  const share = part.sent > 0 ? own / part.sent : 0;
  const proved = Math.max(0, around.proved - part.proved * share);
  const pending = Math.max(0, around.pending - part.pending * share);
  return { ...around, sent: around.sent - own, proved, pending };
}

/** The counter of everything without one part of it. */
function minus(whole: ProofCounter, { sent, proved, pending }: ProofCounter): ProofCounter {
  const left = (all: number, own: number) => Math.max(0, all - own);
  const pendingLeft = left(whole.pending, pending);
  return { ...whole, sent: left(whole.sent, sent), proved: left(whole.proved, proved), pending: pendingLeft };
}

function believable(share: number): number {
  return Math.min(PUMPING.mostShare, Math.max(PUMPING.leastShare, share));
}

/** How much of the traffic is pumped, if honest people verify `expected` of their codes and `share` of all was verified. */
function pumpedPart(share: number, expected: number): number {
  const { pumpedShare, usualPumping } = PUMPING;
  return Math.min(0.999, Math.max(usualPumping, (expected - share) / (expected - pumpedShare)));
}

/**
 * The score of honest traffic gets as high as L with a probability of about x^−L, for the x > 1 at which the mean of
 * x^step is 1 (Wald). L is what makes that as unlikely as `falseAlarm`, times the odds that the surroundings give.
 */
function scoreLimit(share: number, pumped: number): number {
  const suspicion = logOdds(pumped) - logOdds(PUMPING.usualPumping);
  return Math.max(PUMPING.leastScore, (-Math.log(PUMPING.falseAlarm) - suspicion) / Math.log(growth(share)));
}

/** The root x > 1 of (1 − share)·x + share·x^−2 = 1; the root x = 1 is taken out. The 2 is `verifiedWorth`. */
function growth(share: number): number {
  return (share + Math.sqrt(share * share + 4 * share * (1 - share))) / (2 * (1 - share));
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
