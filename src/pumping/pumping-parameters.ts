const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Every number of the pumping guard, each with its reason in docs/pumping-guard.md. They are no settings: what a
 * deployment differs in, the share of codes that are proved, is learned. Durations are in seconds.
 */
export const PUMPING = {
  /** How long honest people take to prove a code, on average: a send counts as unproved by 1 − e^(−age / this). */
  proofTime: 150,
  /** How many unproved sends one proof makes up for. Honest traffic keeps a score near zero, pumped traffic climbs. */
  proofWorth: 2,
  /** A score forgets half of itself in so long. */
  scoreHalfLife: 2 * DAY,

  /** How likely one run of bad luck may pause an honest range: with the country's share it gives the score to pause at. */
  falseAlarm: 1e-3,
  /** The least score to pause at, however suspicious the surroundings. */
  leastScore: 0.9,

  /** The share that is expected where nothing is known yet, and the sends that this opinion is worth. */
  expectedShare: 0.65,
  expectedWeight: 20,
  /** A learned share is believed between these bounds, so that an attack cannot teach that nobody proves anything. */
  leastShare: 0.5,
  mostShare: 0.92,
  /** The share of numbers that are pumped, at which surroundings count as entirely pumped. */
  pumpedShare: 0.05,

  /** The part of sends to new ranges that is taken for pumped while nothing speaks for more. */
  usualPumping: 0.02,
  /** The sends that the opinion of the wider surroundings is worth. */
  surroundingsWeight: 8,
  /** Only the first sends to a range tell about its surroundings: one bad range shall not condemn its neighbours. */
  firstSends: 3,
  /** Surroundings are paused when so much of what goes to their new ranges seems to be pumped. */
  pauseSurroundingsAt: 0.9,
  /** ... and so many sends of their own had time to be proved. */
  leastSurroundings: 5,
  leastCountry: 40,

  /** A range stands for itself, whatever happens around it, with so many proofs and a score of at most this. */
  standingProofs: 2,
  rangeStandingShare: 0.35,

  /** One in so many requests to what is paused is sent all the same, so that it can recover. */
  probeShare: 0.01,
  /** How long the first pause lasts; each further one within a week is twice as long, up to the longest. */
  firstPause: DAY,
  /** ... where the range has proved before. */
  firstPauseStanding: 30 * MINUTE,
  firstPauseSurroundings: 6 * HOUR,
  standingShare: 0.2,
  longestPause: 7 * DAY,
  pauseMemory: 14 * DAY,

  /** How fast counters forget, by level: half of it in so long, and one part in `window` with every send. */
  memory: {
    range: { halfLife: 30 * DAY, window: 200 },
    surroundings: { halfLife: 12 * HOUR, window: 100 },
    share: { halfLife: 30 * DAY, window: 3000 },
  },
} as const;

export type PumpingParameters = typeof PUMPING;
