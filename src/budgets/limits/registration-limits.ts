import type { Limit } from './limit.js';
import { HOUR, DAY } from './limit-words.js';

const NOT_REGISTERED = '`TooManyRequestsError` with `retryAfterSeconds`; no account is made';
const REGISTRATIONS = { setting: 'REGISTRATIONS_PER_DAY' } as const;

/** What limits registrations and names. */
export const registrationLimits = {
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
} as const satisfies Record<string, Limit>;
