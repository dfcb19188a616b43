import type { Chance } from './random.js';
import { COUNTRIES, type Country, type Population, populate, someNumber } from './world.js';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** Seconds until a code expires. */
const CODE_LIFE = 600;

/** What a caller is told. */
export interface Answer {
  readonly at: number;
  /** Whether the answer is an error: the cooldown or a budget. */
  readonly refused: boolean;
  /** Whether the answer says that codes to this range are paused. */
  readonly paused: boolean;
}

/**
 * Who asks. A newcomer has a number that no account has verified. A returning person has one, and comes with the device
 * that signed in before or without it. The number of a returning person is drawn when they ask: from those who verified.
 */
export type Caller = 'newcomer' | 'device' | 'without device' | 'fraud';

/** A code is asked for, perhaps several times. Times are in seconds since the service began. */
export interface Request {
  readonly at: number;
  readonly caller: Caller;
  readonly phoneNumber: string;
  readonly country: Country;
  readonly network: string;
  /** How long after the first request the code is verified, if it comes; null: it never is. */
  readonly verifiesAfter: number | null;
  /** What the provider reports of the text; null: nothing. Only a text that is delivered can be verified. */
  readonly report: 'delivered' | 'failed' | null;
  /** Pauses before the next requests of somebody who has no code yet. */
  readonly retries: readonly number[];
  /** Whether the account shows a sign of life later: it uses its session after a day. */
  readonly lives?: boolean;
  /** What a fraudster who reads the answers does next. */
  readonly follow?: (answer: Answer) => Request | null;
}

export interface HonestTraffic {
  readonly populations: readonly Population[];
  /** Requests a day. */
  readonly volume: number;
  /** The share of requests from people who have an account. */
  readonly returningShare: number;
  /** A country whose traffic is a multiple of its usual traffic for a while. */
  readonly crowd?: { readonly country: string; readonly times: number } & Span;
  /** A country that no text reaches for a while. */
  readonly outage?: { readonly country: string } & Span;
}

export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Part of the people who come back with the device that signed in before. */
const WITH_DEVICE = 0.8;
/** Part of the accounts of honest people that are used on a later day. */
const LIVES = 0.6;
/** Part of the texts that are lost, without an outage. */
const LOST = 0.02;
/** Part of the texts that an outage swallows of which the provider says so. */
const LOSS_REPORTED = 0.5;

const within = (span: Span | undefined, at: number) => span !== undefined && at >= span.from && at < span.until;

export function populations(chance: Chance): Population[] {
  return COUNTRIES.map((country) => populate(country, chance));
}

/** The honest requests of a span of time, with the rhythm of day and night, in no order. */
export function honestRequests(traffic: HonestTraffic, { from, until }: Span, chance: Chance): Request[] {
  return traffic.populations.flatMap((population) => {
    const requests: Request[] = [];
    const { country } = population;
    const crowd = traffic.crowd?.country === country.code ? traffic.crowd : undefined;
    // Draw requests at the highest possible rate, then keep the share that fits the rate at that time.
    const most = 2 * (crowd?.times ?? 1);
    const mean = DAY / (traffic.volume * country.weight * most);
    for (let at = from + chance.pause(mean); at < until; at += chance.pause(mean)) {
      const wanted = rhythm(country, at) * (crowd && within(crowd, at) ? crowd.times : 1);
      if (chance.happens(wanted / most)) requests.push(honestRequest({ population, at, traffic, chance }));
    }
    return requests;
  });
}

/** From 0.15 of the average at four in the morning to 1.85 at four in the afternoon. */
function rhythm({ offset }: Country, at: number): number {
  return 1 - 0.85 * Math.cos(((at / HOUR + offset - 4) / 24) * 2 * Math.PI);
}

function honestRequest(parts: { population: Population; at: number; traffic: HonestTraffic; chance: Chance }): Request {
  const { population, at, traffic, chance } = parts;
  const { country } = population;
  const { crowd, returningShare } = traffic;
  // A crowd is people who have not been there before.
  const times = crowd?.country === country.code && within(crowd, at) ? crowd.times : 1;
  const caller = callerOf(returningShare / times, chance);
  const away = traffic.outage?.country === country.code && within(traffic.outage, at);
  const report = reportOf(away, chance);
  // People with an account have typed the number correctly before.
  const proves = chance.happens(caller === 'newcomer' ? country.share : 0.95) && report === 'delivered';
  const verifiesAfter = proves ? Math.min(CODE_LIFE - 20, 8 + chance.duration(country.timeToVerify, 0.8)) : null;
  return {
    ...{ at, caller, country, report, verifiesAfter },
    phoneNumber: someNumber(population, chance),
    network: networkIn(country, chance),
    retries: retriesOf(verifiesAfter, chance),
    lives: chance.happens(LIVES),
  };
}

function callerOf(returningShare: number, chance: Chance): Caller {
  if (!chance.happens(returningShare)) return 'newcomer';
  return chance.happens(WITH_DEVICE) ? 'device' : 'without device';
}

function reportOf(away: boolean, chance: Chance): Request['report'] {
  if (away) return chance.happens(LOSS_REPORTED) ? 'failed' : null;
  return chance.happens(LOST) ? 'failed' : 'delivered';
}

/** Fraudsters rent the connections of honest people, so their networks are the same. */
export function networkIn({ code }: Country, chance: Chance): string {
  return `${code}:${chance.below(400)}`;
}

/** A third of those who wait for more than a minute ask again, and a third of those who still have nothing once more. */
function retriesOf(verifiesAfter: number | null, chance: Chance): number[] {
  if ((verifiesAfter ?? CODE_LIFE) <= 60 || !chance.happens(0.35)) return [];
  const retries = [chance.between(61, 150)];
  if (verifiesAfter === null && chance.happens(0.3)) retries.push(chance.between(61, 240));
  return retries;
}
