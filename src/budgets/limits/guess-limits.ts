import type { Limit } from './limit.js';
import { HOUR, DAY } from './limit-words.js';

const NOT_LOOKED_AT =
  '`TooManyRequestsError` with `retryAfterSeconds`, or `CaptchaRequiredError` where there is a CAPTCHA; the guess is not checked';

/** What limits guesses, and what an account may have. */
export const guessLimits = {
  guessesPerCode: {
    name: 'Guesses at one code',
    per: 'code: of strangers, of its `requestToken`s, of known devices, each for themselves',
    size: { setting: 'OTP_MAX_ATTEMPTS' },
    window: 'OTP_TTL',
    seen: '`InvalidOtpError` with `attemptsRemaining` 0, for every further guess. After those with `requestToken`s or of a known device, the next request sends a new code. After those of strangers, it sends the same one',
  },
  firstGuesses: {
    name: 'Guesses that are always checked, whatever limits on numbers, networks and the service are reached',
    per: '`requestToken`',
    size: { fixed: 1, unit: 'guess' },
    window: 'OTP_TTL',
    seen: 'the other limits hold for every further guess',
  },
  guessesGivenBack: {
    name: 'Right guesses at one code that are given back, after a failure of the database or a registration that is refused',
    per: 'code',
    size: { fixed: 3, unit: 'guesses' },
    window: 'OTP_TTL',
    seen: 'further ones count as guesses at the code',
  },
  guessesBeforeLock: {
    name: 'Wrong guesses before a lock',
    per: 'phone number; password; both also for each known device',
    size: { setting: 'LOCK_AFTER_FAILURES' },
    window: HOUR,
    seen: '`AccountLockedError` for `LOCK_DURATION`, twice as long with each further lock, up to a day',
  },
  guessesPerDay: {
    name: 'Wrong guesses in a day',
    per: 'phone number; password; both also for each known device',
    size: { setting: 'OTP_FAILURES_PER_DAY' },
    window: DAY,
    seen: '`AccountLockedError` until the oldest one is a day old',
  },
  guessesUnsuspected: {
    name: 'Wrong guesses before the next one is suspicious',
    per: 'phone number; password; not for known devices',
    size: { fixed: 3, unit: 'guesses' },
    window: HOUR,
    seen: 'with `CAPTCHA=on-suspicion`: `CaptchaRequiredError`; the guess is not checked',
  },
  devicesPerAccount: {
    name: 'Known devices',
    per: 'account',
    size: { fixed: 10, unit: 'devices' },
    window: null,
    seen: 'nothing: a new device replaces one that the account has known for less than seven days, if there is one; of these the one that was unused for the longest time',
  },
  passkeysPerAccount: {
    name: 'Passkeys',
    per: 'account',
    size: { fixed: 20, unit: 'passkeys' },
    window: null,
    seen: '`InvalidInputError` with NOT_OFFERED: one must be removed first',
  },
  sessionsPerUser: {
    name: 'Living sessions',
    per: 'account',
    size: { setting: 'SESSIONS_PER_USER' },
    window: null,
    seen: 'the longest unused session ends: `UNAUTHENTICATED` and `InvalidTokenError` there',
  },
  failuresPerNetwork: {
    name: 'Wrong guesses from one network, at all codes and passwords',
    per: 'client network (IPv4 /24, IPv6 /56), without devices that the account knows',
    size: { setting: 'FAILURES_PER_NETWORK_PER_HOUR', oneIn: 12 },
    window: 300,
    seen: NOT_LOOKED_AT,
  },
  failuresPerWiderNetwork: {
    name: 'The same from a larger network',
    per: 'IPv6 /48, without devices that the account knows',
    size: { fixed: 2, unit: 'times as many' },
    window: 300,
    seen: NOT_LOOKED_AT,
  },
  failuresPerWidestNetwork: {
    name: 'The same from a network of networks',
    per: 'IPv4 /16, IPv6 /32, without devices that the account knows',
    size: { fixed: 3, unit: 'times as many' },
    window: 300,
    seen: NOT_LOOKED_AT,
  },
  failures: {
    name: 'Wrong guesses in total, at all codes and passwords',
    per: 'service, without devices that the account knows',
    size: { setting: 'FAILURES_PER_HOUR', oneIn: 12 },
    window: 300,
    seen: NOT_LOOKED_AT,
  },
  failuresOfCleanNetwork: {
    name: 'Wrong guesses that a network keeps, whatever other networks did',
    per: 'client network (IPv4 /24, IPv6 /56)',
    size: { fixed: 3, unit: 'guesses' },
    window: 300,
    seen: 'with fewer failures than this, the total does not count, and larger networks have ten times their limit',
  },
  failuresCleared: {
    name: 'The limits on wrong guesses from networks and in total, after a solved CAPTCHA',
    per: 'the same',
    size: { fixed: 10, unit: 'times as many' },
    window: 300,
    seen: '`TooManyRequestsError` with `retryAfterSeconds`; the guess is not checked',
  },
} as const satisfies Record<string, Limit>;
