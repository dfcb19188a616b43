const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a memory of a provider forgets by. */
export interface Memory {
  /** Each code makes it forget one part in so many: it is worth about the latest codes of that number. */
  readonly size: number;
  /** The same for codes to numbers of owners, which only they make it forget. */
  readonly ownerSize: number;
  /** Seconds in which it forgets half of itself. */
  readonly halfLife: number;
}

/**
 * Every number of the learned routes; docs/learning-routes.md has the reasons, `npm run simulate:routes` what they are worth.
 * Durations in seconds, shares from 0 to 1.
 */
export const ROUTING = {
  /** A code is judged so long after it was asked for. Most people have typed it by then, or do not type it. */
  judgedAfter: 3 * MINUTE,
  /** What a provider usually does, and what it has done lately. The short memory notices a change. */
  long: { size: 500, ownerSize: 200, halfLife: 2 * DAY },
  short: { size: 50, ownerSize: 20, halfLife: HOUR },
  /** The short memory takes the place of the long one where it differs by more than so many standard errors. */
  changedBeyond: 2.5,
  /** Codes in the short memory before it can say so. */
  changedFrom: 6,

  /** How much lower the verified share of a provider may be than the best one, before it is not chosen any more. */
  tolerance: 0.05,
  /** It is certain enough that it is lower after so many standard errors. */
  certainAfter: 1,
  /** Codes after which a provider is known. An unknown one is first only by its place in the settings. */
  knownFrom: 15,
  /** The codes that the opinion "as good as the others" is worth. */
  opinionWorth: 4,

  /** The part of the codes that a provider is first for, to be tried: one that is not known yet, */
  tryUnknown: 0.2,
  /** one that would be cheaper than the first, if it delivers as well as it may, */
  tryRival: 0.05,
  /** one that would be cheaper, but delivers clearly worse, while its short memory holds fewer codes than this, */
  tryPoor: 0.04,
  poorUntil: 10,
  /** Codes in its short memory after which it may come back. */
  backFrom: 8,
  /** and one that is too dear to become first, or whose short memory holds enough. */
  tryDear: 0.01,
  /** All tries together at most. */
  tryAll: 0.4,

  /** Codes to numbers that verified an account a day ago or earlier count alone, once each provider has so many. */
  ownersFrom: 20,
  /** Prices that a provider must have told before they count in place of the price list. */
  pricesFrom: 3,
} as const;
