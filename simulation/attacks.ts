import type { Chance } from './random.js';
import { ALL, ownRanges, type Target } from './targets.js';
import { type Answer, DAY, HOUR, networkIn, type Request } from './traffic.js';
import { COUNTRIES, complete, type Country, type Population, someNumber } from './world.js';

/** A fraudster's request for a number. The text arrives: the fraudster earns a share of its price. */
function fraud(
  parts: { at: number; country: Country; phoneNumber: string; verifiesAfter: number | null },
  chance: Chance,
) {
  const network = networkIn(chance.oneOf(COUNTRIES), chance);
  return { ...parts, caller: 'fraud', network, report: 'delivered', retries: [] } as const satisfies Request;
}

const typing = (chance: Chance) => chance.between(15, 180);

/** Random requests: `perHour` for each target, and at most `most`. */
export function pump(parts: {
  targets: readonly Target[];
  start: number;
  hours?: number;
  perHour: number | ((hour: number) => number);
  most?: number;
  /** Whether the code is typed, by the requests that the target had before. */
  typed?: (before: number) => boolean;
  /** Pauses in seconds after which each code is asked for again. */
  again?: readonly number[];
  chance: Chance;
}): Request[] {
  const { targets, start, hours = 24, perHour, typed = () => false, again = [], chance } = parts;
  const rate = typeof perHour === 'number' ? () => perHour : perHour;
  const most = parts.most ?? rate(0);
  return targets.flatMap(({ country, range }) => {
    const requests: Request[] = [];
    for (let hour = chance.pause(1 / most); hour < hours; hour += chance.pause(1 / most)) {
      if (!chance.happens(rate(hour) / most)) continue;
      const verifiesAfter = typed(requests.length) ? typing(chance) : null;
      const phoneNumber = complete(range, country, chance);
      requests.push({
        ...fraud({ at: start + hour * HOUR, country, phoneNumber, verifiesAfter }, chance),
        retries: again,
      });
    }
    return requests;
  });
}

/** As many requests as in "many ranges, slow", but fewer numbers: each code is sent `times` times. */
export function sentAgain({ start, times, chance }: { start: number; times: number; chance: Chance }): Request[] {
  const again = Array.from({ length: times - 1 }, () => 70);
  return pump({ targets: ownRanges(ALL, 300, 8, chance), start, perHour: 3 / times, again, chance });
}

/** Each worker asks for codes to one range until an answer says that it is paused, and then goes on with another range. */
export function adaptive(parts: {
  targets: readonly Target[];
  start: number;
  workers: number;
  perHour: number;
  chance: Chance;
}): Request[] {
  const { targets, start, workers, perHour, chance } = parts;
  const pausedAt = new Map<string, number>();
  const free = (at: number): Target => {
    const open = targets.filter(({ range }) => at - (pausedAt.get(range) ?? -DAY) > DAY / 2);
    return chance.oneOf(open.length > 0 ? open : targets);
  };
  const ask = (at: number, target: Target): Request => ({
    ...fraud({ at, ...numberOf(target, chance), verifiesAfter: null }, chance),
    follow: (answer) => ask(at + chance.pause(HOUR / perHour), next(answer, target)),
  });
  const next = ({ at, paused, refused }: Answer, target: Target): Target => {
    if (paused) pausedAt.set(target.range, at);
    return paused || refused ? free(at) : target;
  };
  return Array.from({ length: workers }, () => ask(start + chance.pause(HOUR / perHour), chance.oneOf(targets)));
}

function numberOf({ country, range }: Target, chance: Chance) {
  return { country, phoneNumber: complete(range, country, chance) };
}

/** The numbers of accounts that a fraudster signs up: some in each range. */
export function farm(targets: readonly Target[], perRange: number, chance: Chance) {
  return targets.flatMap((target) => Array.from({ length: perRange }, () => numberOf(target, chance)));
}

export type Farm = ReturnType<typeof farm>;

/** Each account is signed up once, some time between `from` and `until`. */
export function signedUp(accounts: Farm, span: { from: number; until: number }, chance: Chance): Request[] {
  return accounts.map((account) =>
    fraud({ at: chance.between(span.from, span.until), ...account, verifiesAfter: typing(chance) }, chance),
  );
}

/** Codes to accounts that were signed up before, each `perDay` times, and sent again after each of `again`. None is typed. */
export function used(
  accounts: Farm,
  { start, perDay, again = [] }: { start: number; perDay: number; again?: readonly number[] },
  chance: Chance,
): Request[] {
  return accounts.flatMap((account) => {
    const requests: Request[] = [];
    for (let at = start + chance.pause(DAY / perDay); at < start + DAY; at += chance.pause(DAY / perDay))
      requests.push({ ...fraud({ at, ...account, verifiesAfter: null }, chance), retries: again });
    return requests;
  });
}

/** Somebody who earns nothing asks for codes to numbers of honest people's ranges, so that these get none. */
export function spite(parts: { population: Population; start: number; perHour: number; chance: Chance }): Request[] {
  const { population, start, perHour, chance } = parts;
  const requests: Request[] = [];
  for (let hour = chance.pause(1 / perHour); hour < 24; hour += chance.pause(1 / perHour)) {
    const phoneNumber = someNumber(population, chance);
    requests.push(
      fraud({ at: start + hour * HOUR, country: population.country, phoneNumber, verifiesAfter: null }, chance),
    );
  }
  return requests;
}
