import { validate } from 'uuid';

/** What a gateway knows of an object of another subgraph: its type, and the fields of its key. */
export type Representation = Readonly<Record<string, unknown>>;

export type ReadRepresentation =
  | { readonly kind: 'user'; readonly id: string }
  /** No user can have this id. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Which user a gateway means. Fields beside the key are ignored: a gateway may send more. */
export function readRepresentation({ __typename: type, id }: Representation): ReadRepresentation {
  if (type !== 'User') return { kind: 'malformed', problem: 'must have "__typename": "User"' };
  if (typeof id !== 'string') return { kind: 'malformed', problem: 'must have an "id", as in User.id' };
  return validate(id) ? { kind: 'user', id: id.toLowerCase() } : { kind: 'nobody' };
}
