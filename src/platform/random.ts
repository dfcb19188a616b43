import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';
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

const UUID_BYTES = 16;
/** Bytes for 128 ids. Asking the system costs several times as much as making an id, so `randomUUID` of Node keeps as many. */
const pool = Buffer.alloc(128 * UUID_BYTES);
let taken = pool.length;

/** Bytes that no other id gets. */
function bytesOfId(): Buffer {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += UUID_BYTES;
  return pool.subarray(taken - UUID_BYTES, taken);
}

export const systemRandom: Random = {
  bytes: (size) => randomBytes(size),
  uuid: () => randomUUID(),
  rowId: (clock) => v7({ msecs: clock.now().getTime(), random: bytesOfId() }),
};

/** A number from 0 up to 1, without 1. */
export function fraction(random: Pick<Random, 'bytes'>): number {
  return random.bytes(4).readUInt32BE() / 2 ** 32;
}
