import type { Limit } from './limit.js';
import { FIVE_MINUTES, HOUR, DAY, SLICES, NOT_SENT, SERVICE } from './limit-words.js';

const SUSPICIOUS = 'with `CAPTCHA=on-suspicion`: `CaptchaRequiredError`, unless the device is known';
const NUMBER =
  'phone number (E.164), over all purposes, channels and clients; a second count for all known devices of its account together';
const NOT_TOLD = 'nothing: the notice is not sent, and the change is made all the same';
const COUNTRY = { setting: 'SENDS_PER_COUNTRY_PER_HOUR' } as const;
const APART = 'known devices have a second count';

/** What limits texts, calls and notices. */
export const textLimits = {
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
} as const satisfies Record<string, Limit>;
