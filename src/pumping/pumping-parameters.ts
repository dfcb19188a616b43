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
  /** Somebody is known in a range or block a day after its first verified code, while so many are left (they fade) ... */
  knownAfter: 1,
  knownVerified: 0.5,
  /** ... or after so many signs of life. */
  knownLives: 0.8,
  /** From so many verified codes on, this part of them must have been followed by a sign of life. */
  discountFrom: 4,
  livingShare: 0.1,
  /** Seconds after its first verified code from which on a sign-in or a used session is a sign of life. */
  aliveAfter: 0.8 * DAY,
  /** Each verified code lets a range or block bear so much more. The more people come, the more bad luck there is. */
  verifiedBears: 0.15,
  /** A known range bears so much more than bad luck, and so many days' usual codes; usual is the mean of at most so many days. */
  knownBears: 6,
  usualDays: 3,
  usualMemory: 43,

  /** An account without a sign of life that did not type its last code is sent the next one in a pause after so long. */
  trustedAgain: DAY,

  /**
   * In a country where something is paused, one request is sent all the same after so long, so that it can recover. Each
   * of these that is not typed doubles the time until the next one, up to the longest.
   */
  probeAfter: 15 * MINUTE,
  longestProbe: 4 * HOUR,
  /** How long a pause lasts: of a range where somebody is known, of another one, of a block. */
  firstPause: { known: 30 * MINUTE, range: DAY, block: DAY },
  /** Each further pause within this time is twice as long, up to the longest. */
  pauseMemory: 14 * DAY,
  longestPause: 7 * DAY,
  /** What a pause leaves of the score: what comes after it decides. */
  keptScore: 0.25,
  /** A pause ends early when verified codes have brought the score below this ... */
  recoveredScore: 1,
  /** ... or when verified codes around it show that what it was paused for is less than this part of what pauses a range now. */
  recoveredLimit: 0.5,

  /** Without a report for so long, a text counts as undelivered where reports come usually. */
  reportedWithin: 4 * MINUTE,
  /** Ranges without further requests are looked at again when their last send had so much time to be verified. */
  reviewAfter: 5 * MINUTE,
  reviewUntil: 8 * MINUTE,

  /** How fast counters forget: half of them in so long, and one part in `window` with every send. */
  memory: {
    range: { halfLife: 30 * DAY, window: 200 },
    block: { halfLife: 30 * DAY, window: 100 },
    surroundings: { halfLife: 12 * HOUR, window: 100 },
    share: { halfLife: 30 * DAY, window: 3000 },
  },
} as const;
