import type { Chance } from './random.js';
import { COUNTRIES, type Country, complete, type Population, populate, somebody } from './world.js';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** A code that is not typed by then has expired. */
const CODE_LIFE = 600;

/** Somebody asks for a code, and perhaps again. Times in seconds since the service began. */
export interface Request {
  readonly at: number;
  readonly phoneNumber: string;
  readonly country: Country;
  readonly network: string;
  readonly fraud: boolean;
  /** Whether the number has a proved account. */
  readonly known: boolean;
  /** How long after the first request the code is proved, if it comes; null: it never is. */
  readonly provesAfter: number | null;
  /** Pauses before the next requests of somebody who has no code yet. */
  readonly retries: readonly number[];
}

export interface HonestTraffic {
  readonly populations: readonly Population[];
  /** Requests a day. */
  readonly volume: number;
  /** Part of the requests that come from people who have an account. */
  readonly knownShare: number;
  /** A country whose traffic is a multiple of the usual for a while. */
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

/** Honest requests of a span of time in the rhythm of days, in no order. */
export function honestRequests(traffic: HonestTraffic, { from, until }: Span, chance: Chance): Request[] {
  return traffic.populations.flatMap((population) => {
    const requests: Request[] = [];
    const { country } = population;
    const launch = traffic.launch?.country === country.code ? traffic.launch : undefined;
    // Candidates come at the highest rate there may be; the rate of the moment says how many of them are real.
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
  // Who has an account has typed that number right once.
  const share = known ? 0.95 : country.share;
  const proves = chance.happens(share) && !away;
  const provesAfter = proves ? Math.min(CODE_LIFE - 20, 8 + chance.duration(country.proofTime, 0.8)) : null;
  return {
    ...{ at, country, fraud: false, known, provesAfter },
    phoneNumber: somebody(population, chance),
    network: `${country.code}:${chance.below(400)}`,
    retries: retriesOf(provesAfter, chance),
  };
}

/** A third of those who wait for more than a minute ask again, and a third of those who still have nothing once more. */
function retriesOf(provesAfter: number | null, chance: Chance): number[] {
  if ((provesAfter ?? CODE_LIFE) <= 60 || !chance.happens(0.35)) return [];
  const retries = [chance.between(61, 150)];
  if (provesAfter === null && chance.happens(0.3)) retries.push(chance.between(61, 240));
  return retries;
}

/** A fraudster's request to a range of whose price he gets a part. */
export function fraudRequest(
  parts: {
    at: number;
    range: string;
    country: Country;
    network: string;
    provedShare: number;
    again: readonly number[];
  },
  chance: Chance,
): Request {
  const { at, range, country, network, provedShare, again } = parts;
  const provesAfter = chance.happens(provedShare) ? chance.between(15, 180) : null;
  const phoneNumber = complete(range, country, chance);
  return { at, phoneNumber, country, network, fraud: true, known: false, provesAfter, retries: again };
}
