import type { Chance } from './random.js';
import { COUNTRIES, type Country, complete, type Population, populate, somebody } from './world.js';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** Somebody asks for a code, for the first time or once more. */
export interface Request {
  /** Seconds since the service began. */
  readonly at: number;
  readonly phoneNumber: string;
  readonly country: Country;
  /** The client's network. */
  readonly network: string;
  readonly fraud: boolean;
  /** Whether the number has a proved account. */
  readonly known: boolean;
  /** Seconds until the code is proved, should it come; null: it never is. */
  readonly provesAfter: number | null;
  /** Pauses before the requests that follow while the code has not come or was not typed. */
  readonly retries: readonly number[];
}

export interface Outage {
  readonly country: string;
  readonly from: number;
  readonly until: number;
}

export interface HonestTraffic {
  readonly populations: readonly Population[];
  /** Requests a day. */
  readonly volume: number;
  /** Part of the requests that come from people who have an account. */
  readonly knownShare: number;
  /** Times the usual traffic of a country at a time; 1 where nothing is special. */
  readonly boost?: (country: string, at: number) => number;
  readonly outage?: Outage;
}

export function populations(chance: Chance): Population[] {
  return COUNTRIES.map((country) => populate(country, chance));
}

/** Honest requests of a span of time, with the rhythm of a day: most in the evening, few at night. */
export function honestRequests(traffic: HonestTraffic, from: number, until: number, chance: Chance): Request[] {
  const requests: Request[] = [];
  for (const population of traffic.populations) {
    const { country } = population;
    const mean = DAY / (traffic.volume * country.weight);
    const most = 2 * Math.max(1, traffic.boost?.(country.code, -1) ?? 1);
    for (let at = from + chance.pause(mean / most); at < until; at += chance.pause(mean / most)) {
      const wanted = rhythm(country, at) * (traffic.boost?.(country.code, at) ?? 1);
      if (chance.happens(wanted / most)) requests.push(honestRequest(population, at, traffic, chance));
    }
  }
  return requests;
}

/** From 0.15 at four in the morning to 1.85 in the afternoon. */
function rhythm({ offset }: Country, at: number): number {
  const hour = at / HOUR + offset;
  return 1 - 0.85 * Math.cos(((hour - 4) / 24) * 2 * Math.PI);
}

export function honestRequest(population: Population, at: number, traffic: HonestTraffic, chance: Chance): Request {
  const { country } = population;
  const known = chance.happens(traffic.knownShare);
  const away = traffic.outage?.country === country.code && at >= traffic.outage.from && at < traffic.outage.until;
  // Who has an account typed the right number once, and proves it nearly always.
  const share = away ? 0 : known ? 0.95 : country.share;
  const provesAfter = chance.happens(share) ? Math.min(580, 8 + chance.duration(country.proofTime, 0.8)) : null;
  const retries: number[] = [];
  if ((provesAfter ?? Number.POSITIVE_INFINITY) > 60 && chance.happens(0.35)) retries.push(chance.between(61, 150));
  if (provesAfter === null && retries.length > 0 && chance.happens(0.3)) retries.push(chance.between(61, 240));
  return {
    ...{ at, country, fraud: false, known, provesAfter, retries },
    phoneNumber: somebody(population, chance),
    network: `${country.code}:${chance.below(400)}`,
  };
}

/** A fraudster's request to a range of which he gets a part of the price. */
export function fraudRequest(
  parts: { at: number; range: string; country: Country; network: string; provedShare?: number },
  chance: Chance,
): Request {
  const { at, range, country, network, provedShare = 0 } = parts;
  const provesAfter = chance.happens(provedShare) ? chance.between(15, 180) : null;
  const phoneNumber = complete(range, country, chance);
  return { at, phoneNumber, country, network, fraud: true, known: false, provesAfter, retries: [] };
}
