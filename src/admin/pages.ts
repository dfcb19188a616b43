import { decodeCursor, encodeCursor, type TimePosition } from './time-cursor.js';

/** The largest page of the lists of this room. */
export const MOST_AT_ONCE = 100;

/** What a caller asks for of a list. */
export interface PageRequest {
  /** 1 to MOST_AT_ONCE. */
  readonly first: number;
  /** The cursor of the item before. */
  readonly after: string | null;
}

export type PageOutcome<Item> =
  | {
      readonly kind: 'page';
      readonly edges: { readonly cursor: string; readonly node: Item }[];
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    }
  | { readonly kind: 'first_out_of_range' }
  | { readonly kind: 'malformed_cursor' };

/**
 * A page of a list whose newest items come first.
 * @param find reads up to `most` items after a position: one more than the page has, which tells whether there is a next one
 */
export async function pageByTime<Item>(
  { first, after }: PageRequest,
  find: (after: TimePosition | null, most: number) => Promise<readonly Item[]>,
  positionOf: (item: Item) => TimePosition,
): Promise<PageOutcome<Item>> {
  if (!Number.isInteger(first) || first < 1 || first > MOST_AT_ONCE) return { kind: 'first_out_of_range' };
  const position = after === null ? null : decodeCursor(after);
  if (after !== null && position === null) return { kind: 'malformed_cursor' };
  const found = await find(position, first + 1);
  const edges = found.slice(0, first).map((node) => ({ cursor: encodeCursor(positionOf(node)), node }));
  return { kind: 'page', edges, hasNextPage: found.length > first, hasPreviousPage: position !== null };
}
