import type { Limit } from './limit.js';
import { DAY } from './limit-words.js';

const TOO_MANY_REQUESTS = 'HTTP 429 with `Retry-After`, error `RATE_LIMITED` with `retryAfterSeconds`; nothing is read';
const TOO_MANY_CALLS =
  'error `RATE_LIMITED` with `retryAfterSeconds`, `Retry-After`, and HTTP 429 where no field has an answer';

/** What limits requests, whatever they ask for. */
export const requestLimits = {
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
