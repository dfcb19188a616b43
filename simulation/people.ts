import type { Chance } from './random.js';
import type { Caller, Request } from './traffic.js';

/** Fewer people than these would have to come back again and again. */
const FEW = 10;

/** The honest people who have verified their number, by country: those who come back are drawn from them. */
export class People {
  readonly #numbers: Map<string, string[]>;

  constructor(other?: People) {
    const all = other ? [...other.#numbers] : [];
    this.#numbers = new Map(all.map(([country, numbers]) => [country, [...numbers]]));
  }

  verified({ country, phoneNumber }: Request): void {
    const numbers = this.#numbers.get(country.code);
    if (numbers) numbers.push(phoneNumber);
    else this.#numbers.set(country.code, [phoneNumber]);
  }

  /** Gives a returning person the number of somebody who has verified one. Where few have, they are new. */
  resolve(request: Request, chance: Chance): Request {
    if (!isReturning(request.caller)) return request;
    const numbers = this.#numbers.get(request.country.code);
    return numbers && numbers.length >= FEW
      ? { ...request, phoneNumber: chance.oneOf(numbers) }
      : { ...request, caller: 'newcomer' };
  }
}

export function isReturning(caller: Caller): boolean {
  return caller === 'device' || caller === 'without device';
}
