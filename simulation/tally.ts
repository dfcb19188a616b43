import type { Decision } from './memory-service.js';
import type { Caller, Request } from './traffic.js';

/** What became of the requests of some people. */
export interface Treated {
  asked: number;
  /** Because of the guard. */
  withheld: number;
  /** Because of a budget. */
  refused: number;
}

/** What became of all requests. Honest people are counted once, by their first request. */
export interface Tally {
  /** US dollars for texts that fraudsters asked for, and for those that they got. */
  asked: number;
  taken: number;
  fraud: Treated;
  readonly honest: Readonly<Record<Exclude<Caller, 'fraud'>, Treated>>;
  /** Newcomers by the code of their country. */
  readonly newcomers: Map<string, Treated>;
  pauses: number;
}

const nobody = (): Treated => ({ asked: 0, withheld: 0, refused: 0 });

export function emptyTally(): Tally {
  return {
    ...{ asked: 0, taken: 0, pauses: 0, fraud: nobody(), newcomers: new Map() },
    honest: { newcomer: nobody(), device: nobody(), 'without device': nobody() },
  };
}

export function countHonest(tally: Tally, { caller, country }: Request, decision: Decision): void {
  if (caller === 'fraud') return;
  add(tally.honest[caller], decision);
  if (caller === 'newcomer') add(ofCountry(tally.newcomers, country.code), decision);
}

export function countFraud(tally: Tally, { country }: Request, decision: Decision): void {
  add(tally.fraud, decision);
  tally.asked += country.cost;
  if (decision === 'sent') tally.taken += country.cost;
}

/** The tallies of several seeds together. */
export function pooled(tallies: readonly Tally[]): Tally {
  const total = emptyTally();
  for (const tally of tallies) {
    total.asked += tally.asked;
    total.taken += tally.taken;
    total.pauses += tally.pauses;
    join(total.fraud, tally.fraud);
    join(total.honest.newcomer, tally.honest.newcomer);
    join(total.honest.device, tally.honest.device);
    join(total.honest['without device'], tally.honest['without device']);
    for (const [country, treated] of tally.newcomers) join(ofCountry(total.newcomers, country), treated);
  }
  return total;
}

function ofCountry(newcomers: Map<string, Treated>, country: string): Treated {
  const found = newcomers.get(country) ?? nobody();
  newcomers.set(country, found);
  return found;
}

function add(treated: Treated, decision: Decision): void {
  treated.asked += 1;
  if (decision !== 'sent') treated[decision] += 1;
}

function join(total: Treated, { asked, withheld, refused }: Treated): void {
  total.asked += asked;
  total.withheld += withheld;
  total.refused += refused;
}
