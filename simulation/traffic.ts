import type { Chance } from './random.js';
import { COUNTRIES, type Country, complete, type Population, populate, someNumber } from './world.js';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** Seconds until a code expires. */
const CODE_LIFE = 600;

/** A user asks for a code, perhaps several times. Times are in seconds since the service began. */
export interface Request {
  readonly at: number;
  readonly phoneNumber: string;
  readonly country: Country;
  readonly network: string;
  readonly fraud: boolean;
  /** Whether an account has verified the number. */
  readonly known: boolean;
  /** How long after the first request the code is verified, if it comes; null: it never is. */
  readonly verifiesAfter: number | null;
  /** Pauses before the next requests of somebody who has no code yet. */
  readonly retries: readonly number[];
}

export interface HonestTraffic {
  readonly populations: readonly Population[];
  /** Requests a day. */
  readonly volume: number;
  /** The share of requests from users who have an account. */
  readonly knownShare: number;
  /** A country whose traffic is a multiple of its usual traffic for a while. */
  readonly launch?: { readonly country: string; readonly times: number } & Span;
  /** A country that no text reaches for a while. */
  readonly outage?: { readonly country: string } & Span;
}

export interface Span {
  readonly from: number;
  readonly until: number;
}

const within = (span: Span | undefined, at: number) => span !== undefined && at >= span.from && at < span.until;

export function populations(chance: Chance): Population[] {
  return COUNTRIES.map((country) => populate(country, chance));
}

/** The honest requests of a span of time, with the rhythm of day and night, in no order. */
export function honestRequests(traffic: HonestTraffic, { from, until }: Span, chance: Chance): Request[] {
  return traffic.populations.flatMap((population) => {
    const requests: Request[] = [];
    const { country } = population;
    const launch = traffic.launch?.country === country.code ? traffic.launch : undefined;
    // Draw requests at the highest possible rate, then keep the share that fits the rate at that time.
    const most = 2 * (launch?.times ?? 1);
    const mean = DAY / (traffic.volume * country.weight * most);
    for (let at = from + chance.pause(mean); at < until; at += chance.pause(mean)) {
      const wanted = rhythm(country, at) * (launch && within(launch, at) ? launch.times : 1);
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
  const known = chance.happens(traffic.knownShare);
  const away = traffic.outage?.country === country.code && within(traffic.outage, at);
  // A user with an account has typed the number correctly before.
  const share = known ? 0.95 : country.share;
  const proves = chance.happens(share) && !away;
  const verifiesAfter = proves ? Math.min(CODE_LIFE - 20, 8 + chance.duration(country.timeToVerify, 0.8)) : null;
  return {
    ...{ at, country, fraud: false, known, verifiesAfter },
    phoneNumber: someNumber(population, chance),
    network: `${country.code}:${chance.below(400)}`,
    retries: retriesOf(verifiesAfter, chance),
  };
}

/** A third of those who wait for more than a minute ask again, and a third of those who still have nothing once more. */
function retriesOf(verifiesAfter: number | null, chance: Chance): number[] {
  if ((verifiesAfter ?? CODE_LIFE) <= 60 || !chance.happens(0.35)) return [];
  const retries = [chance.between(61, 150)];
  if (verifiesAfter === null && chance.happens(0.3)) retries.push(chance.between(61, 240));
  return retries;
}

/** A fraudster's request for a range. The fraudster gets a share of the price of each text to it. */
export function fraudRequest(
  parts: {
    at: number;
    range: string;
    country: Country;
    network: string;
    verifiedShare: number;
    again: readonly number[];
  },
  chance: Chance,
): Request {
  const { at, range, country, network, verifiedShare, again } = parts;
  const verifiesAfter = chance.happens(verifiedShare) ? chance.between(15, 180) : null;
  const phoneNumber = complete(range, country, chance);
  return { at, phoneNumber, country, network, fraud: true, known: false, verifiesAfter, retries: again };
}
