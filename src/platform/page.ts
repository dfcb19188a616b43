/** What a caller asks for of a list. */
export interface PageRequest {
  /** How many items: 1 to the most of the list. */
  readonly first: number;
  /** The cursor of the item before; null: from the beginning. */
  readonly after: string | null;
}

export interface Page<Item> {
  readonly kind: 'page';
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export type PageOutcome<Item> =
  | Page<Item>
  | { readonly kind: 'first_out_of_range' }
  | { readonly kind: 'malformed_cursor' };

/** A list that is read in pages. */
export interface PagedList<Item, Position> {
  /** The largest page. */
  readonly most: number;
  /** Positions as clients see them. `decode` gives null for whatever `encode` did not write. */
  readonly cursors: { encode(position: Position): string; decode(cursor: string): Position | null };
  positionOf(item: Item): Position;
  /** Reads up to `most` items after a position. */
  find(after: Position | null, most: number): Promise<readonly Item[]>;
}

/** One item more than the page has is read: it tells whether there is a next page. */
export async function pageOf<Item, Position>(
  { first, after }: PageRequest,
  { most, cursors, positionOf, find }: PagedList<Item, Position>,
): Promise<PageOutcome<Item>> {
  if (!Number.isInteger(first) || first < 1 || first > most) return { kind: 'first_out_of_range' };
  const position = after === null ? null : cursors.decode(after);
  if (after !== null && position === null) return { kind: 'malformed_cursor' };
  const found = await find(position, first + 1);
  const edges = found.slice(0, first).map((node) => ({ cursor: cursors.encode(positionOf(node)), node }));
  return { kind: 'page', edges, hasNextPage: found.length > first, hasPreviousPage: position !== null };
}
