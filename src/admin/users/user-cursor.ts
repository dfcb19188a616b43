import { validate } from 'uuid';

/** What a list of users is ordered by. Users of the same instant are in the order of their ids. */
export const userOrders = ['CREATED_AT_DESC', 'CREATED_AT_ASC', 'LAST_USED_AT_DESC', 'LAST_USED_AT_ASC'] as const;
export type UserOrder = (typeof userOrders)[number];

/** A place in such a list. */
export interface UserPosition {
  readonly at: Date;
  readonly id: string;
}

/** The same as clients see it: opaque, base64url (RFC 4648). It is good for the order that it was made in. */
export function encodeCursor({ at, id }: UserPosition, order: UserOrder): string {
  return Buffer.from(JSON.stringify([order, at.getTime(), id])).toString('base64url');
}

/** The position, or null for whatever `encodeCursor` did not write for this order. */
export function decodeCursor(cursor: string, order: UserOrder): UserPosition | null {
  const [written, time, id] = valuesOf(cursor);
  if (written !== order || typeof time !== 'number' || typeof id !== 'string' || !validate(id)) return null;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return null;
  return encodeCursor({ at, id }, order) === cursor ? { at, id } : null;
}

function valuesOf(cursor: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}
