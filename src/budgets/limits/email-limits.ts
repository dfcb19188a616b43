import type { Limit } from './limit.js';
import { FIVE_MINUTES, HOUR, DAY, SLICES, NOT_SENT, SERVICE } from './limit-words.js';

const ADDRESS = 'email address (without what follows a plus) and purpose, over all clients';

/** What limits emails. */
export const emailLimits = {
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
} as const satisfies Record<string, Limit>;
