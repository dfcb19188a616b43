import { el } from './element.js';

/** How the page says what the API says. */

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const onlyDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const regions = new Intl.DisplayNames(['en'], { type: 'region' });

export function time(at) {
  return pointInTime(at, dayAndTime);
}

export function day(at) {
  return pointInTime(at, onlyDay);
}

function pointInTime(at, format) {
  if (at === null || at === undefined) return null;
  const date = new Date(at);
  // In full and in UTC, as logs have it.
  return el('time', { datetime: date.toISOString(), title: date.toISOString() }, format.format(date));
}

export function country(code) {
  if (!code) return null;
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return `${regions.of(code)} (${code})`;
}

const SECONDS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** 90 → "90 seconds", 3,600 → "1 hour": in the largest unit that needs no fraction. */
export function duration(seconds) {
  const [length, unit] = SECONDS.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, 'second'];
  return count(Math.round(seconds / length), unit);
}

/** What somebody has to wait, rounded up: nobody counts 3,540 seconds. */
export function wait(seconds) {
  const [length, unit] = SECONDS.find(([each]) => seconds >= 2 * each) ?? [1, 'second'];
  return count(Math.ceil(seconds / length), unit);
}

/** The digits that numbers begin with, as people write them: 97798 → +97798… */
export function digits(destination) {
  return /^\d+$/.test(destination) ? `+${destination}…` : (country(destination) ?? destination);
}

export function count(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString()} ${number === 1 ? noun : plural}`;
}

export function nameOf({ firstName, lastName, username }) {
  return [firstName, lastName].filter(Boolean).join(' ') || username || null;
}

/** "SIGN_IN_FAILED" → "Sign in failed" */
export function sentence(code) {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export const PURPOSES = {
  SIGN_IN: 'Sign-in',
  RESET_PASSWORD: 'Password reset',
  CHANGE_PHONE: 'Change of number',
  PROVE_NUMBER: 'Proof of a number',
};

export const CHANNELS = { SMS: 'SMS', WHATSAPP: 'WhatsApp', TELEGRAM: 'Telegram', VOICE: 'Voice call', EMAIL: 'Email' };

export const ACTORS = {
  USER: 'User',
  ADMINISTRATOR: 'Administrator',
  SERVICE_TOKEN: 'Another service',
  COMMAND: 'Command',
  SERVICE: 'The service',
  ANONYMOUS: 'Anonymous',
};

/** Each result of a message, and its tone. */
export const STATUS_TONES = { QUEUED: 'plain', SENT: 'plain', DELIVERED: 'good', FAILED: 'bad' };

/** The most likely cause in few words, and whether it is a failure. */
export const CAUSES = {
  NOT_A_NUMBER: ['This is not a phone number', 'bad'],
  NOT_REQUESTED: ['No code was asked for', 'warn'],
  COUNTRY: ['No codes to this country', 'bad'],
  NUMBER_TYPE: ['This kind of number gets no texts', 'bad'],
  BLOCKED: ['Blocked by an administrator', 'bad'],
  INVALID_NUMBER: ['The provider does not know the number', 'bad'],
  OPTED_OUT: ['The owner asked for no more messages', 'bad'],
  NOT_ON_CHANNEL: ['Not on this channel', 'bad'],
  UNKNOWN_NUMBER: ['No account has this number', 'warn'],
  CAPTCHA: ['The CAPTCHA was not solved', 'warn'],
  TOO_SOON: ['Asked again too soon', 'warn'],
  BUDGET_SPENT: ['A sending limit is reached', 'bad'],
  LOCKED: ['Locked after wrong guesses', 'bad'],
  PAUSED: ['Sending is paused', 'bad'],
  PROVIDERS_DOWN: ['The providers are down', 'bad'],
  QUEUED: ['Still waiting to be sent', 'warn'],
  PROVIDER_REFUSED: ['The provider refused it', 'bad'],
  UNDELIVERED: ['It did not arrive', 'bad'],
  SENT: ['Sent, and nothing heard since', 'warn'],
  DELIVERED: ['It arrived', 'good'],
  VERIFIED: ['The code was used', 'good'],
  EXPIRED: ['The code expired', 'warn'],
  TEST_NUMBER: ['A test number: nothing is sent', 'warn'],
};

export const AUDIT_KINDS = [
  ...[
    'REGISTERED',
    'SIGNED_IN',
    'SIGN_IN_FAILED',
    'LOCKED',
    'SESSION_ENDED',
    'REFRESH_TOKEN_REUSED',
    'REAUTHENTICATED',
  ],
  ...['NUMBER_PROVED', 'PHONE_VERIFIED', 'PHONE_CHANGED', 'PHONE_MOVED', 'CHANGE_REVERTED', 'EMAIL_VERIFIED'],
  ...['PASSWORD_CHANGED', 'PASSWORD_RESET', 'PASSWORD_REMOVED', 'PROFILE_UPDATED', 'DATA_EXPORTED'],
  ...['DELETION_REQUESTED', 'DELETION_CANCELLED', 'USER_DELETED', 'ROLE_CHANGED', 'USER_UPDATED', 'USER_LOCKED'],
  ...[
    'USER_UNLOCKED',
    'LIMITS_CLEARED',
    'DESTINATION_BLOCKED',
    'DESTINATION_UNBLOCKED',
    'SENDS_PAUSED',
    'PAUSE_LIFTED',
  ],
  ...['USERS_IMPORTED', 'SIGNING_KEY_ROTATED'],
];

const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];
const PROGRAMS = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

/** "Chrome on Android" of a User-Agent header; the header itself where it is none that we know. */
export function device(userAgent) {
  if (!userAgent) return 'Unknown device';
  const found = [PROGRAMS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(userAgent))?.[1]);
  return found.filter(Boolean).join(' on ') || userAgent;
}
