const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Every number of the pumping guard; docs/pumping-guard.md has the reasons, `npm run simulate:pumping` what each is worth.
 * They are no settings: what deployments differ in, the share of codes that are verified, is learned. Durations in seconds.
 */
export const PUMPING = {
  /** How long honest people take to verify a code: a send counts as unverified by 1 − e^(−age / this), not at once. */
  timeToVerify: 150,
  /** How many unverified sends one verified code makes up for. */
  verifiedWorth: 2,
  /**
   * How many sends a resend of a code counts as. Who asks again because no text came, and types neither, is one person
   * and not two. Were it nothing, fraudsters would have each code sent again for free.
   */
  resendWorth: 0.5,
  /** A score forgets half of itself in so long. */
  scoreHalfLife: 2 * DAY,
  /** How likely a run of bad luck may pause an honest range: with the country's share it gives the score to pause at. */
  falseAlarm: 2e-3,
  /** The least score to pause at, however suspicious the surroundings: one send that had time to be verified. */
  leastScore: 0.85,

  /** The share that is expected where nothing is known yet, and the sends that this opinion is worth. */
  expectedShare: 0.65,
  expectedWeight: 20,
  /**
   * A learned share is believed between these bounds, so that an attack cannot teach that no code is verified, and
   * people with accounts, who verify nearly all of theirs, not that newcomers do.
   */
  leastShare: 0.5,
  mostShare: 0.75,
  /** The share of codes to pumped numbers that is verified. */
  pumpedShare: 0.05,

  /** The part of the sends to new ranges that is taken for pumped while nothing speaks for more. */
  usualPumping: 0.02,
  /** The sends that the opinion of the wider surroundings is worth. */
  surroundingsWeight: 8,
  /** Only the first sends to a range tell about its surroundings: one bad range shall not condemn its neighbours. */
  firstSends: 3,
  /** Surroundings are paused when at least so much of what goes to their new ranges is pumped, doubt deducted ... */
  pauseSurroundingsAt: 0.9,
  /** ... and so many of those sends had time to be verified. */
  leastSends: { block: 8, country: 40 },

  /** A range with two verified codes (they fade), and such a share, is judged by itself, whatever happens around it. */
  standingVerified: 1.5,
  standingShare: 0.3,

  /** One in two hundred requests to what is paused is sent all the same, so that it can recover. */
  probeShare: 0.005,
  /** How long a pause lasts: of a range that stands for itself, of one that does not, of surroundings. */
  firstPause: { standing: 30 * MINUTE, range: DAY, surroundings: 6 * HOUR },
  /** Each further pause within this time is twice as long, up to the longest. */
  pauseMemory: 14 * DAY,
  longestPause: 7 * DAY,
  /** What a pause leaves of the score of a range, and of the counters of surroundings: what comes after it decides. */
  keptScore: 0.25,
  keptSurroundings: 0.5,
  /** A pause ends early when verified codes have brought the score below this, or the pumped part of surroundings ... */
  recoveredScore: 1,
  recoveredPart: 0.5,
  /** ... or when verified codes around it show that what it was paused for is less than this part of what pauses a range now. */
  recoveredLimit: 0.5,

  /** Ranges without further requests are looked at again when their last send had so much time to be verified. */
  reviewAfter: 5 * MINUTE,
  reviewUntil: 8 * MINUTE,

  /** How fast counters forget: half of them in so long, and one part in `window` with every send. */
  memory: {
    range: { halfLife: 30 * DAY, window: 200 },
    surroundings: { halfLife: 12 * HOUR, window: 100 },
    share: { halfLife: 30 * DAY, window: 3000 },
  },
} as const;
