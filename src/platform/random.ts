import { randomBytes, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './clock.js';

/** The source of random values. It is passed in, so that tests can make them repeatable. */
export interface Random {
  /** `size` bytes from a cryptographically secure source. */
  bytes(size: number): Buffer;
  /** An unpredictable id: UUID version 4 (RFC 9562), 122 random bits. */
  uuid(): string;
  /** The id of a new row: UUID version 7 (RFC 9562). It sorts by time, so new rows share index pages. */
  rowId(clock: Clock): string;
}

export const systemRandom: Random = {
  bytes: (size) => randomBytes(size),
  uuid: () => randomUUID(),
  rowId: (clock) => v7({ msecs: clock.now().getTime() }),
};

/** A number from 0 up to 1, without 1. */
export function fraction(random: Pick<Random, 'bytes'>): number {
  return random.bytes(4).readUInt32BE() / 2 ** 32;
}
