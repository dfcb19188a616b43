import type { PagedList } from '../platform/page.js';
import { decodeCursor, encodeCursor, type TimePosition } from './time-cursor.js';

/** The largest page of the lists of this room. */
export const MOST_AT_ONCE = 100;

/** A list whose newest items come first. */
export function newestFirst<Item>(
  find: PagedList<Item, TimePosition>['find'],
  positionOf: PagedList<Item, TimePosition>['positionOf'],
): PagedList<Item, TimePosition> {
  return { most: MOST_AT_ONCE, cursors: { encode: encodeCursor, decode: decodeCursor }, find, positionOf };
}
