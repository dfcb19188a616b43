/** One limit of the service, as docs/limits.md lists it. */
export interface Limit {
  /** What is limited. */
  readonly name: string;
  /** What the limit counts for: each of these has a count of its own. */
  readonly per: string;
  readonly size: LimitSize;
  /** Seconds; a setting's name where it is one; words where there are several; null where time does not matter. */
  readonly window: number | string | null;
  /** What a caller sees beyond the limit. */
  readonly seen: string;
}

export type LimitSize =
  | { readonly setting: string }
  | { readonly fixed: number; readonly unit: string }
  /** A part of a setting: one in so many, rounded up. */
  | { readonly setting: string; readonly oneIn: number }
  /** A multiple of a setting. */
  | { readonly setting: string; readonly times: number }
  /** A setting that is no number. */
  | { readonly setting: string; readonly unset: string }
  /** A part of other limits, at least one. */
  | { readonly times: number; readonly oneIn: number; readonly of: string };

const FIVE_MINUTES = 300;
const HOUR = 3600;
const DAY = 86_400;
const SLICES = '5 min, 1 h and 24 h';
const NOT_SENT = '`TooManyRequestsError` with `retryAfterSeconds`';
const SUSPICIOUS = 'with `CAPTCHA=on-suspicion`: `CaptchaRequiredError`, unless the device is known';
const NOT_LOOKED_AT =
  '`TooManyRequestsError` with `retryAfterSeconds`, or `CaptchaRequiredError` where there is a CAPTCHA; the guess is not checked';
const TOO_MANY_REQUESTS = 'HTTP 429 with `Retry-After`, error `RATE_LIMITED` with `retryAfterSeconds`; nothing is read';
const TOO_MANY_CALLS =
  'error `RATE_LIMITED` with `retryAfterSeconds`, `Retry-After`, and HTTP 429 where no field has an answer';
const NUMBER =
  'phone number (E.164), over all purposes, channels and clients; a second count for all known devices of its account together';
const NOT_TOLD = 'nothing: the notice is not sent, and the change is made all the same';
const ADDRESS = 'email address (without what follows a plus) and purpose, over all clients';
const NOT_REGISTERED = '`TooManyRequestsError` with `retryAfterSeconds`; no account is made';
const REGISTRATIONS = { setting: 'REGISTRATIONS_PER_DAY' } as const;
const COUNTRY = { setting: 'SENDS_PER_COUNTRY_PER_HOUR' } as const;
const SERVICE = { setting: 'SENDS_PER_DAY' } as const;
const APART = 'known devices have a second count';

/**
 * Every limit on what clients do over time: what is not a setting has its value here and nowhere else. Those on one
 * document and one request are in graphql/document-limits.ts and http/http-limits.ts.
 */
export const limits = {
  guessesPerCode: {
    name: 'Guesses at one code',
    per: 'code: of strangers, of its `requestToken`s, of known devices, each for themselves',
    size: { setting: 'OTP_MAX_ATTEMPTS' },
    window: 'OTP_TTL',
    seen: '`InvalidOtpError` with `attemptsRemaining` 0, for every further guess; a resend changes nothing',
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
  sendCooldown: {
    name: 'Pause between two codes',
    per: 'phone number, over all purposes, channels and clients',
    size: { fixed: 1, unit: 'code' },
    window: 'OTP_RESEND_COOLDOWN',
    seen: `${NOT_SENT}; \`resendAvailableAt\` of the code before`,
  },
  sendsPerNumberAndHour: {
    name: 'Codes to one number',
    per: NUMBER,
    size: { setting: 'OTP_SENDS_PER_HOUR' },
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerNumberAndDay: {
    name: 'Codes to one number in a day',
    per: NUMBER,
    size: { setting: 'OTP_SENDS_PER_DAY' },
    window: DAY,
    seen: NOT_SENT,
  },
  sendsPerNetwork: {
    name: 'Codes for one client network',
    per: `client network (IPv4 /24, IPv6 /56); ${APART}`,
    size: { setting: 'SENDS_PER_NETWORK_PER_HOUR' },
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerWideNetwork: {
    name: 'Codes for one network of networks',
    per: `IPv6 /48; ${APART}`,
    size: { times: 1, oneIn: 10, of: 'each limit on codes in total' },
    window: SLICES,
    seen: NOT_SENT,
  },
  sendsPerWidestNetwork: {
    name: 'Codes for one of the largest networks',
    per: `IPv6 /32, IPv4 /16; ${APART}`,
    size: { times: 1, oneIn: 4, of: 'each limit on codes in total' },
    window: SLICES,
    seen: NOT_SENT,
  },
  sendsPerNetworkUnsuspected: {
    name: 'Codes for one client network before it is suspicious',
    per: 'client network (IPv4 /24, IPv6 /56)',
    size: { setting: 'SENDS_PER_NETWORK_PER_HOUR', oneIn: 2 },
    window: HOUR,
    seen: SUSPICIOUS,
  },
  sendsPerNarrowRange: {
    name: 'Codes to a narrow range of numbers',
    per: `first 8 digits of the number, country code included; ${APART}`,
    size: { ...COUNTRY, oneIn: 10 },
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerWideRange: {
    name: 'Codes to a wide range of numbers',
    per: `first 6 digits of the number, country code included; ${APART}`,
    size: { ...COUNTRY, oneIn: 4 },
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerCountryAndFiveMinutes: {
    name: 'Codes to one country in five minutes',
    per: 'country of the number',
    size: { ...COUNTRY, oneIn: 6 },
    window: FIVE_MINUTES,
    seen: NOT_SENT,
  },
  sendsPerCountry: {
    name: 'Codes to one country',
    per: 'country of the number',
    size: COUNTRY,
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerCountryAndDay: {
    name: 'Codes to one country in a day',
    per: 'country of the number',
    size: { ...COUNTRY, times: 9 },
    window: DAY,
    seen: NOT_SENT,
  },
  sendsPerFiveMinutes: {
    name: 'Codes in total in five minutes',
    per: 'service',
    size: { ...SERVICE, oneIn: 48 },
    window: FIVE_MINUTES,
    seen: NOT_SENT,
  },
  sendsPerHour: {
    name: 'Codes in total in an hour',
    per: 'service',
    size: { ...SERVICE, oneIn: 8 },
    window: HOUR,
    seen: NOT_SENT,
  },
  sendsPerDay: {
    name: 'Codes in total',
    per: 'service',
    size: SERVICE,
    window: DAY,
    seen: NOT_SENT,
  },
  moneyPerDay: {
    name: 'Money for codes; five minutes and an hour have the same parts of it as of codes, at least 5 units of the currency',
    per: 'service',
    size: { setting: 'SPEND_PER_DAY', unset: 'no limit' },
    window: SLICES,
    seen: NOT_SENT,
  },
  sendsToNewcomers: {
    name: 'Codes for newcomers: the rest is the reserve of known devices',
    per: 'country of the number; service; both without known devices',
    size: { times: 4, oneIn: 5, of: 'each limit on codes to one country and in total, and on money' },
    window: SLICES,
    seen: NOT_SENT,
  },
  sendsUnsuspected: {
    name: 'Codes for newcomers before all newcomers are suspicious',
    per: 'service, without known devices',
    size: { times: 1, oneIn: 2, of: 'what newcomers get in five minutes' },
    window: FIVE_MINUTES,
    seen: SUSPICIOUS,
  },
  noticesPerAccount: {
    name: 'Notices of one kind to one account, but for a changed phone number',
    per: 'account, kind of notice, and way (text, email)',
    size: { fixed: 3, unit: 'notices' },
    window: DAY,
    seen: NOT_TOLD,
  },
  noticesOfNumber: {
    name: 'Notices of a changed phone number to one account: each has the code that takes the change back',
    per: 'account and way (text, email)',
    size: { fixed: 10, unit: 'notices' },
    window: DAY,
    seen: NOT_TOLD,
  },
  notices: {
    name: 'Notices in total',
    per: 'service, by text and by email',
    size: { times: 1, oneIn: 2, of: 'each limit on codes in total' },
    window: SLICES,
    seen: NOT_TOLD,
  },
  noticesOfSigns: {
    name: 'Notices of new devices and of locks in total: the rest is the reserve of notices of changes',
    per: 'service, by text and by email',
    size: { times: 1, oneIn: 4, of: 'each limit on codes in total' },
    window: SLICES,
    seen: NOT_TOLD,
  },
  emailCooldown: {
    name: 'Pause between two codes by email',
    per: 'email address and purpose',
    size: { fixed: 1, unit: 'code' },
    window: 'OTP_RESEND_COOLDOWN',
    seen: `${NOT_SENT}; \`resendAvailableAt\` of the code before`,
  },
  emailsPerAddressAndHour: {
    name: 'Codes to one email address',
    per: ADDRESS,
    size: { setting: 'OTP_SENDS_PER_HOUR' },
    window: HOUR,
    seen: NOT_SENT,
  },
  emailsPerAddressAndDay: {
    name: 'Codes to one email address in a day',
    per: ADDRESS,
    size: { setting: 'OTP_SENDS_PER_DAY' },
    window: DAY,
    seen: NOT_SENT,
  },
  emailsPerAccountAndHour: {
    name: 'Codes to email addresses that one account wants to verify',
    per: 'account, over all addresses',
    size: { setting: 'OTP_SENDS_PER_HOUR' },
    window: HOUR,
    seen: NOT_SENT,
  },
  emailsPerAccountAndDay: {
    name: 'Codes to email addresses that one account wants to verify, in a day',
    per: 'account, over all addresses',
    size: { setting: 'OTP_SENDS_PER_DAY' },
    window: DAY,
    seen: NOT_SENT,
  },
  emailsPerNetwork: {
    name: 'Codes by email for one client network',
    per: 'client network; IPv6 /48, /32 and IPv4 /16 as for texts',
    size: { setting: 'SENDS_PER_NETWORK_PER_HOUR' },
    window: HOUR,
    seen: NOT_SENT,
  },
  emailsPerNetworkUnsuspected: {
    name: 'Codes by email for one client network before it is suspicious',
    per: 'client network (IPv4 /24, IPv6 /56), signed out',
    size: { setting: 'SENDS_PER_NETWORK_PER_HOUR', oneIn: 2 },
    window: HOUR,
    seen: 'with `CAPTCHA=on-suspicion`: `CaptchaRequiredError`',
  },
  emailsPerDomain: {
    name: 'Codes to the addresses of one domain',
    per: 'domain of the email address',
    size: { times: 4, oneIn: 5, of: 'each limit on codes by email in total' },
    window: SLICES,
    seen: NOT_SENT,
  },
  emailsToNewcomers: {
    name: 'Codes by email for signed-out callers: the rest is the reserve of all others',
    per: 'service',
    size: { times: 4, oneIn: 5, of: 'each limit on codes by email in total' },
    window: SLICES,
    seen: NOT_SENT,
  },
  emailsPerFiveMinutes: {
    name: 'Codes by email in total in five minutes',
    per: 'service, apart from texts',
    size: { ...SERVICE, oneIn: 48 },
    window: FIVE_MINUTES,
    seen: NOT_SENT,
  },
  emailsPerHour: {
    name: 'Codes by email in total in an hour',
    per: 'service, apart from texts',
    size: { ...SERVICE, oneIn: 8 },
    window: HOUR,
    seen: NOT_SENT,
  },
  emailsPerDay: {
    name: 'Codes by email in total',
    per: 'service, apart from texts',
    size: SERVICE,
    window: DAY,
    seen: NOT_SENT,
  },
  requestsPerNetwork: {
    name: 'Requests of one client network',
    per: 'client network (IPv4 /24, IPv6 /56) and process',
    size: { setting: 'HTTP_RATE_LIMIT' },
    window: 60,
    seen: TOO_MANY_REQUESTS,
  },
  requestsPerWideNetwork: {
    name: 'Requests of one site',
    per: 'IPv6 /48 and process',
    size: { setting: 'HTTP_RATE_LIMIT', times: 4 },
    window: 60,
    seen: TOO_MANY_REQUESTS,
  },
  requestsPerWidestNetwork: {
    name: 'Requests of one network operator',
    per: 'IPv4 /16 or IPv6 /32, and process',
    size: { setting: 'HTTP_RATE_LIMIT', times: 16 },
    window: 60,
    seen: TOO_MANY_REQUESTS,
  },
  registrationsPerNetwork: {
    name: 'Registrations without a code from one client network',
    per: 'client network (IPv4 /24, IPv6 /56)',
    size: { setting: 'REGISTRATIONS_PER_NETWORK_PER_HOUR' },
    window: HOUR,
    seen: NOT_REGISTERED,
  },
  registrationsPerWideNetwork: {
    name: 'Registrations without a code from one site',
    per: 'IPv6 /48',
    size: { ...REGISTRATIONS, oneIn: 480 },
    window: 300,
    seen: NOT_REGISTERED,
  },
  registrationsPerWidestNetwork: {
    name: 'Registrations without a code from one network operator',
    per: 'IPv4 /16 or IPv6 /32',
    size: { ...REGISTRATIONS, oneIn: 192 },
    window: 300,
    seen: NOT_REGISTERED,
  },
  registrationsUnsuspected: {
    name: 'Registrations without a code before the next one is suspicious',
    per: 'client network (IPv4 /24, IPv6 /56); for the other limits on registrations half of each',
    size: { fixed: 5, unit: 'registrations' },
    window: HOUR,
    seen: 'with `CAPTCHA=on-suspicion`: `CaptchaRequiredError`; no account is made',
  },
  registrationsInFiveMinutes: {
    name: 'Registrations without a code in total, in five minutes',
    per: 'service',
    size: { ...REGISTRATIONS, oneIn: 48 },
    window: 300,
    seen: NOT_REGISTERED,
  },
  registrationsInHour: {
    name: 'Registrations without a code in total, in an hour',
    per: 'service',
    size: { ...REGISTRATIONS, oneIn: 8 },
    window: HOUR,
    seen: NOT_REGISTERED,
  },
  registrationsPerDay: {
    name: 'Registrations without a code in total',
    per: 'service',
    size: REGISTRATIONS,
    window: DAY,
    seen: NOT_REGISTERED,
  },
  usernamesPerAccount: {
    name: 'Usernames that an account asks for with `updateProfile`',
    per: 'account',
    size: { fixed: 20, unit: 'usernames' },
    window: DAY,
    seen: '`TooManyRequestsError` with `retryAfterSeconds`; nothing is changed',
  },
  clearedLimits: {
    name: 'Times that the limits of one number are cleared (`clearLimits`)',
    per: 'phone number',
    size: { fixed: 3, unit: 'times' },
    window: DAY,
    seen: '`TooManyRequestsError` with `retryAfterSeconds`; nothing is cleared',
  },
  waitingPasswords: {
    name: 'Passwords that wait to be hashed or checked',
    per: 'process; registrations do not count for logins',
    size: { fixed: 2, unit: 'seconds of work' },
    window: null,
    seen: '`TooManyRequestsError` with `retryAfterSeconds`; nothing is checked or made',
  },
  callsOfField: {
    name: 'Calls of one field',
    per: 'public field, process, and session; with a service token, service; otherwise client network (IPv4 /24, IPv6 /56)',
    size: { setting: 'FIELD_RATE_LIMIT' },
    window: 60,
    seen: TOO_MANY_CALLS,
  },
  callsOfFieldPerNetwork: {
    name: 'Calls of one field by all sessions and services of one client network',
    per: 'public field, client network (IPv4 /24, IPv6 /56) and process, apart from anonymous calls',
    size: { setting: 'FIELD_RATE_LIMIT', times: 10 },
    window: 60,
    seen: TOO_MANY_CALLS,
  },
} as const satisfies Record<string, Limit>;
