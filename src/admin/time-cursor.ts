/** Where a page of a list begins whose newest items come first: after this item. */
export interface TimePosition {
  readonly at: Date;
  /** UUID. */
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position as clients see it: opaque, base64url (RFC 4648). */
export function encodeCursor({ at, id }: TimePosition): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url');
}

/** The position, or null for whatever `encodeCursor` did not write. */
export function decodeCursor(cursor: string): TimePosition | null {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!/^\d{1,14}$/.test(time) || !UUID.test(id)) return null;
  const position = { at: new Date(Number(time)), id };
  return encodeCursor(position) === cursor ? position : null;
}
