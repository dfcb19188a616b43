import { keyFields, type PublishableField, serviceFields } from './user-fields.js';

/** Who asks for users. */
export type Asker =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'user'; readonly id: string }
  /** With a service token that has the scope `entities`. */
  | { readonly kind: 'service' }
  /** With one of another scope. */
  | { readonly kind: 'other_service' };

export type Sight =
  /** Everything, as `me` shows it. */
  | 'own'
  | 'as_service'
  | 'public'
  /** Private fields of somebody else. */
  | 'forbidden'
  /** Private fields, and no user is signed in. Perhaps the user's access token is over. */
  | 'unauthenticated';

/** The fields that not everyone may read. */
export function privateAmong(fields: Iterable<string>, publicFields: readonly PublishableField[]): string[] {
  const forEveryone: readonly string[] = [...keyFields, ...publicFields];
  return [...fields].filter((field) => !forEveryone.includes(field));
}

/**
 * What the asker sees of a user.
 * @param hidden the private fields that are asked for
 */
export function sightOf(userId: string, hidden: readonly string[], asker: Asker): Sight {
  const readable: readonly string[] = serviceFields;
  if (asker.kind === 'service') return hidden.every((field) => readable.includes(field)) ? 'as_service' : 'forbidden';
  if (hidden.length === 0) return 'public';
  if (asker.kind === 'anyone') return 'unauthenticated';
  return asker.kind === 'user' && asker.id === userId ? 'own' : 'forbidden';
}
