import { randomBytes, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './clock.js';

/** Where chance comes from. Passed in, so that tests can make it repeatable. */
export interface Random {
  /** `size` bytes from a cryptographically secure source. */
  bytes(size: number): Buffer;
  /** An unpredictable id: UUID version 4 (RFC 9562), 122 random bits. */
  uuid(): string;
  /** A row's id: UUID version 7 (RFC 9562), which sorts by time and so keeps index pages warm. */
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
