import { type Counts, NOTHING } from '../../src/learned-routes/route-facts.js';
import { ROUTING } from '../../src/learned-routes/route-parameters.js';
import type { ProviderName } from '../../src/providers/message-sender.js';
import type { Chance } from '../random.js';
import { type Conduct, conductAt, type Market } from './markets.js';
import type { MakeRouter, Router } from './routers.js';

/** Fraud to a country, for some minutes. */
export interface Attack {
  readonly from: number;
  readonly until: number;
  /** Codes for each honest one. */
  readonly strength: number;
  /** The provider whose codes are typed; null: none is. */
  readonly types: ProviderName | null;
  /** Whether the numbers have verified accounts, signed up a day before. */
  readonly owners: boolean;
}

export interface Tally {
  readonly codes: number;
  readonly verified: number;
  /** US dollars for honest people. */
  readonly cost: number;
  /** Minutes from the turn of the market until another provider is first, and stays so for ten minutes; null: no turn. */
  readonly recovered: number | null;
  /** Honest codes by the provider that was first, from the beginning of the attack to its end. */
  readonly underAttack: ReadonlyMap<ProviderName, number>;
  /** The provider that was first most often, by hour. */
  readonly firsts: readonly ProviderName[];
}

export interface Script {
  readonly market: Market;
  readonly router: MakeRouter;
  readonly minutes: number;
  readonly chance: Chance;
  readonly attack?: Attack;
}

/** The part of the codes that go to numbers of owners, and how many of them are typed if they arrive. */
const OWNERS = { part: 0.4, typed: 0.95 } as const;
/** Median seconds that people need to type a code. */
const TYPING = 25;
/** Who has no code by then asks again, with this probability. */
const AGAIN = { after: 75, part: 0.4 } as const;
const START = Date.UTC(2030, 0, 1);
const dateOf = (minute: number) => new Date(START + minute * 60_000);

/** One code, from the request to what became of it. */
interface Code {
  readonly first: ProviderName;
  readonly owner: boolean;
  /** Typed without being asked for again, and soon enough to be judged by. */
  readonly countsVerified: boolean;
  readonly verified: boolean;
  readonly cost: number;
  /** By provider that took it. */
  readonly paid: ReadonlyMap<ProviderName, number>;
}

/** One minute more than the service waits, because it looks two or three times in a minute. */
const JUDGED_AFTER = ROUTING.judgedAfter / 60 + 1;

/** Plays a market minute by minute. What became of the codes of a minute is learned when they are old enough to be judged. */
export function playMarket({ market, router: make, minutes, chance, attack }: Script): Tally {
  const providers = market.providers.map(({ name }) => name);
  const router = make({ providers, listPrice: market.providers[0]?.price ?? 0, start: dateOf(0) });
  const waiting: Map<ProviderName, Counts>[] = [];
  const tally = { codes: 0, verified: 0, cost: 0 };
  const underAttack = new Map<ProviderName, number>();
  const firsts: ProviderName[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const due = waiting[minute - JUDGED_AFTER];
    if (due) router.learn(due, dateOf(minute));
    firsts.push(router.first);
    const stage = {
      router,
      chance,
      conduct: new Map(market.providers.map((each) => [each.name, conductAt(each, minute)])),
    };
    const perHour = market.perHour * busy(minute / 60 + market.offset);
    const attacked = attack && attack.from <= minute && minute < attack.until ? attack : null;
    const honest = codesOf(perHour, chance, () => honestCode(market, stage));
    const fraud = attacked ? codesOf(attacked.strength * perHour, chance, () => fraudCode(attacked, stage)) : [];
    for (const { first, verified, cost } of honest) {
      tally.codes += 1;
      tally.verified += Number(verified);
      tally.cost += cost;
      if (attacked) underAttack.set(first, (underAttack.get(first) ?? 0) + 1);
    }
    waiting.push(resultsOf([...honest, ...fraud]));
  }
  return { ...tally, recovered: recovery(market, firsts), underAttack, firsts };
}

interface Stage {
  readonly router: Router;
  readonly conduct: ReadonlyMap<ProviderName, Conduct>;
  readonly chance: Chance;
}

function codesOf(perHour: number, chance: Chance, code: () => Code): Code[] {
  return Array.from({ length: arrivals(perHour, chance) }, code);
}

/** How busy the hour is, beside the average one. */
function busy(hour: number): number {
  return 1 + 0.6 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

function arrivals(perHour: number, chance: Chance): number {
  if (perHour === 0) return 0;
  let count = 0;
  for (let at = chance.pause(3600 / perHour); at < 60; at += chance.pause(3600 / perHour)) count += 1;
  return count;
}

function honestCode(market: Market, { router, conduct, chance }: Stage): Code {
  const owner = chance.happens(OWNERS.part);
  const types = chance.happens(owner ? OWNERS.typed : market.typed);
  const paid = new Map<ProviderName, number>();
  const order = router.order(chance);
  const arrived = send(order, { conduct, paid, chance });
  const typedAt = arrived === null || !types ? null : arrived + chance.duration(TYPING, 0.6);
  let verified = typedAt !== null;
  let again = false;
  if ((arrived === null || arrived > AGAIN.after) && chance.happens(AGAIN.part)) {
    again = true;
    const second = send(router.order(chance), { conduct, paid, chance });
    verified ||= types && second !== null;
  }
  const inTime = typedAt !== null && typedAt <= ROUTING.judgedAfter;
  const cost = [...paid.values()].reduce((sum, price) => sum + price, 0);
  return { first: order[0] ?? '', owner, verified, countsVerified: inTime && !again, cost, paid };
}

function fraudCode(attack: Attack, { router, conduct, chance }: Stage): Code {
  const paid = new Map<ProviderName, number>();
  const order = router.order(chance);
  const arrived = send(order, { conduct, paid, chance });
  const carrier = [...paid.keys()].at(-1);
  const verified = arrived !== null && carrier === attack.types;
  const cost = [...paid.values()].reduce((sum, price) => sum + price, 0);
  return { first: order[0] ?? '', owner: attack.owners, verified, countsVerified: verified, cost, paid };
}

/** Half of what is lost is reported, within half a minute. @returns the seconds until a text arrives; null: none does */
function send(
  order: readonly ProviderName[],
  {
    conduct,
    paid,
    chance,
  }: { conduct: ReadonlyMap<ProviderName, Conduct>; paid: Map<ProviderName, number>; chance: Chance },
): number | null {
  let waited = 0;
  for (const provider of order) {
    const its = conduct.get(provider);
    if (!its || !chance.happens(its.takes)) continue;
    paid.set(provider, (paid.get(provider) ?? 0) + its.price);
    // A provider that has turned bad does not tell.
    const reports = its.arrives > 0.85 && chance.happens(0.5);
    if (chance.happens(its.arrives)) return waited + chance.duration(its.delay, 0.7);
    if (!reports) return null;
    waited += 30;
  }
  return null;
}

function resultsOf(codes: readonly Code[]): Map<ProviderName, Counts> {
  const results = new Map<ProviderName, Counts>();
  for (const { first, owner, countsVerified, cost, paid } of codes) {
    add(results, first, {
      tries: 1,
      verified: Number(countsVerified),
      ownerTries: Number(owner),
      ownerVerified: Number(owner && countsVerified),
      cost,
    });
    for (const [provider, told] of paid) add(results, provider, { priced: 1, told });
  }
  return results;
}

function add(results: Map<ProviderName, Counts>, provider: ProviderName, more: Partial<Counts>): void {
  const before = results.get(provider) ?? NOTHING;
  const sum = { ...before };
  for (const name of Object.keys(more) as (keyof Counts)[]) sum[name] = before[name] + (more[name] ?? 0);
  results.set(provider, sum);
}

const STAYS = 10;

function recovery({ turn }: Market, firsts: readonly ProviderName[]): number | null {
  if (!turn) return null;
  const others = firsts.slice(turn.at).map((first) => first !== turn.provider);
  const at = others.findIndex((_, minute) => others.slice(minute, minute + STAYS).every(Boolean));
  return at < 0 ? firsts.length - turn.at : at;
}
