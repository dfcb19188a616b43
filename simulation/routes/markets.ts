import type { ProviderName } from '../../src/providers/message-sender.js';

/** What a provider does with texts to a country, for some minutes of the day. */
export interface Conduct {
  /** US dollars for one text that it takes, whether it arrives or not. */
  readonly price: number;
  /** The part of the texts that it takes. Another provider gets the others at once. */
  readonly takes: number;
  /** The part of those that arrives. */
  readonly arrives: number;
  /** Median seconds until a text arrives. */
  readonly delay: number;
}

/** From a minute of the day on, until the next change. */
export interface Change extends Partial<Conduct> {
  readonly from: number;
  readonly until: number;
}

export interface MarketProvider extends Conduct {
  readonly name: ProviderName;
  readonly changes?: readonly Change[];
}

/** Texts to one country. */
export interface Market {
  readonly country: string;
  /** Codes asked for in an average hour. */
  readonly perHour: number;
  /** The part of newcomers that types a code which arrives. */
  readonly typed: number;
  /** Hours from UTC: most codes are asked for in the afternoon. */
  readonly offset: number;
  /** In the order of the settings. The first one alone is the fixed route that the learned one is measured against. */
  readonly providers: readonly MarketProvider[];
  /** What operators want to know: when which provider stops being a good first one. */
  readonly turn?: { readonly at: number; readonly provider: ProviderName };
}

const HOUR = 60;

/**
 * One global provider and local ones. The prices of the global one are those of assets/prices.json, which are about Twilio's
 * list prices; that of the United States is Twilio's 0.0083 with a carrier's fee of 0.0035. The prices of the local ones are
 * published ones, seen in November 2026:
 * Nepal 0.012 and Kenya 0.020 (smsroute.cc, pages "Send SMS to …"), India 0.25 rupees = 0.003 (startmessaging.com, "OTP API
 * pricing in India"), Tanzania from 22 shillings = 0.0085 (netpoa.tz, terms of SanyaSMS), Nigeria 8 naira = 0.0052
 * (ai4africa.app, SMS wallet). Prices of second local providers, and everything about delivery, are assumed: nobody
 * publishes what does not arrive.
 */
export const MARKETS: readonly Market[] = [
  {
    // The cheap provider turns bad for six hours: two of three texts are lost, and none is reported.
    ...{ country: 'NP', perHour: 400, typed: 0.8, offset: 5.75 },
    providers: [
      { name: 'global', price: 0.23, takes: 0.995, arrives: 0.94, delay: 9 },
      {
        ...{ name: 'local', price: 0.012, takes: 0.99, arrives: 0.95, delay: 5 },
        changes: [{ from: 9 * HOUR, until: 15 * HOUR, arrives: 0.35 }],
      },
    ],
    turn: { at: 9 * HOUR, provider: 'local' },
  },
  {
    // The price of the cheapest one becomes twelve times as high at noon.
    ...{ country: 'IN', perHour: 350, typed: 0.75, offset: 5.5 },
    providers: [
      { name: 'global', price: 0.08, takes: 0.995, arrives: 0.9, delay: 12 },
      {
        ...{ name: 'local', price: 0.003, takes: 0.99, arrives: 0.93, delay: 4 },
        changes: [{ from: 12 * HOUR, until: 48 * HOUR, price: 0.036 }],
      },
      { name: 'other', price: 0.0045, takes: 0.99, arrives: 0.92, delay: 5 },
    ],
    turn: { at: 12 * HOUR, provider: 'local' },
  },
  {
    // An outage of the cheap one: it takes every text and delivers none for an hour.
    ...{ country: 'KE', perHour: 220, typed: 0.78, offset: 3 },
    providers: [
      { name: 'global', price: 0.15, takes: 0.995, arrives: 0.93, delay: 8 },
      {
        ...{ name: 'local', price: 0.02, takes: 0.99, arrives: 0.94, delay: 5 },
        changes: [{ from: 12 * HOUR, until: 13 * HOUR, arrives: 0 }],
      },
    ],
    turn: { at: 12 * HOUR, provider: 'local' },
  },
  {
    // The cheap one loses every fourth text all day: it is below the floor.
    ...{ country: 'TZ', perHour: 160, typed: 0.78, offset: 3 },
    providers: [
      { name: 'global', price: 0.28, takes: 0.995, arrives: 0.93, delay: 10 },
      { name: 'cheap', price: 0.0085, takes: 0.98, arrives: 0.7, delay: 7 },
      { name: 'local', price: 0.011, takes: 0.99, arrives: 0.94, delay: 6 },
    ],
  },
  {
    // The cheap one takes four of five texts only, and the global one gets the others. That one has an outage, too.
    ...{ country: 'NG', perHour: 130, typed: 0.72, offset: 1 },
    providers: [
      {
        ...{ name: 'global', price: 0.3, takes: 0.995, arrives: 0.9, delay: 14 },
        changes: [{ from: 10 * HOUR, until: 11 * HOUR, arrives: 0 }],
      },
      { name: 'local', price: 0.0052, takes: 0.8, arrives: 0.93, delay: 6 },
    ],
  },
  {
    // Little to gain: two providers of nearly the same price. A filter keeps two of five texts of one back for three hours.
    ...{ country: 'US', perHour: 120, typed: 0.85, offset: -6 },
    providers: [
      {
        ...{ name: 'global', price: 0.0118, takes: 0.999, arrives: 0.96, delay: 4 },
        changes: [{ from: 18 * HOUR, until: 21 * HOUR, arrives: 0.6 }],
      },
      { name: 'other', price: 0.0112, takes: 0.998, arrives: 0.95, delay: 5 },
    ],
  },
];

/** What a provider does at a minute of the play. */
export function conductAt({ changes = [], ...usual }: MarketProvider, minute: number): Conduct {
  const change = changes.find(({ from, until }) => from <= minute && minute < until);
  return change ? { ...usual, ...change } : usual;
}
