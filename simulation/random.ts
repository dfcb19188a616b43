import { seededRandom } from '../tests/support/seeded-random.js';

/** Repeatable random values with the distributions that traffic has. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** From 0 to below 1. */
  share(): number {
    return this.#next();
  }

  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  between(least: number, most: number): number {
    return least + this.#next() * (most - least);
  }

  /** `count` digits. */
  digits(count: number): string {
    let digits = '';
    for (let index = 0; index < count; index += 1) digits += this.below(10);
    return digits;
  }

  /** A pause between random events that are `mean` apart on average. */
  pause(mean: number): number {
    return -Math.log(1 - this.#next()) * mean;
  }

  /** A duration with this median. Most are near it, some are far longer, as with people. */
  duration(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
    return median * Math.exp(spread * normal);
  }

  /**
   * A random item. The first ones are more frequent than the later ones, as some ranges have more users than others.
   */
  skewed<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(items.length * this.#next() ** 2)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }
}
