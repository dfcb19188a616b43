import { createHash } from 'node:crypto';

const FIRST_SLOTS = 1 << 16;
/** Of the slots, when there become twice as many. */
const FULL = 0.6;

/**
 * Texts that were there before, by 63 bits of a digest each: 27 bytes a text at most. That two of ten million texts look like
 * one has a probability of one in 180,000.
 */
export class SeenTexts {
  #slots = new BigUint64Array(FIRST_SLOTS);
  #size = 0;

  has(text: string): boolean {
    return this.#slots[this.#slotOf(digestOf(text))] !== 0n;
  }

  add(text: string): void {
    const digest = digestOf(text);
    const slot = this.#slotOf(digest);
    if (this.#slots[slot] !== 0n) return;
    this.#slots[slot] = digest;
    this.#size += 1;
    if (this.#size > this.#slots.length * FULL) this.#grow();
  }

  /** Where the digest is, or where it would be. */
  #slotOf(digest: bigint): number {
    const mask = this.#slots.length - 1;
    let slot = Number(digest >> 32n) & mask;
    while (this.#slots[slot] !== 0n && this.#slots[slot] !== digest) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new BigUint64Array(before.length * 2);
    for (const digest of before) if (digest !== 0n) this.#slots[this.#slotOf(digest)] = digest;
  }
}

/** Never zero, which is an empty slot. */
function digestOf(text: string): bigint {
  return createHash('md5').update(text).digest().readBigUInt64LE() | 1n;
}
