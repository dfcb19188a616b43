import type { ServiceToken } from '../service-tokens/service-token.js';
import type { Loader } from '../platform/loader.js';
import type { User } from '../users/user.js';
import { type Asker, privateAmong, sightOf } from './entity-rights.js';
import type { SubgraphConfig } from './subgraph.settings.js';
import { keyFields, serviceFields, type ShownField } from './user-fields.js';

/** The active session of a user. */
interface SignedInUser {
  readonly id: string;
  readonly user: User;
}

/** Who calls, as far as the request says. */
export interface EntityCaller {
  readonly calledBy: ServiceToken | null;
  /** The active session. It is read only where it matters. */
  session(): Promise<SignedInUser | null>;
}

/** One user of those that were asked for. */
export type EntityOutcome =
  | { readonly kind: 'own'; readonly session: SignedInUser }
  | { readonly kind: 'user'; readonly user: User; readonly fields: readonly ShownField[] }
  /** There is no such account, or its owner has left. */
  | { readonly kind: 'nobody' }
  | RefusedEntity;

/** Private fields were asked for. */
export interface RefusedEntity {
  readonly kind: 'forbidden' | 'unauthenticated';
  readonly hidden: readonly string[];
}

export class SubgraphService {
  readonly #publicFields: SubgraphConfig['userPublicFields'];
  readonly #introspection: boolean;

  constructor({ userPublicFields, introspection }: SubgraphConfig & { readonly introspection: boolean }) {
    this.#publicFields = userPublicFields;
    this.#introspection = introspection;
  }

  /** The definition says what introspection says, so it is told to the same people, and to services that compose. */
  mayReadDefinition({ calledBy }: Pick<EntityCaller, 'calledBy'>): boolean {
    return this.#introspection || readsEntities(calledBy);
  }

  /**
   * Users by their ids, in that order, as far as the caller may see the `fields`. One statement at most: a session where private
   * fields are asked for, and all users together otherwise.
   */
  async find(
    request: { readonly ids: readonly string[]; readonly fields: ReadonlySet<string> },
    caller: EntityCaller & { readonly usersById: Loader<User | null> },
  ): Promise<EntityOutcome[]> {
    const hidden = privateAmong(request.fields, this.#publicFields);
    const session = hidden.length > 0 && !readsEntities(caller.calledBy) ? await caller.session() : null;
    const asker = askerOf(caller, session);
    return Promise.all(
      request.ids.map(async (id): Promise<EntityOutcome> => {
        const sight = sightOf(id, hidden, asker);
        if (sight === 'forbidden' || sight === 'unauthenticated') return { kind: sight, hidden };
        if (sight === 'own' && session) return { kind: 'own', session };
        const user = await caller.usersById.load(id);
        if (!user) return { kind: 'nobody' };
        if (sight === 'as_service') return { kind: 'user', user, fields: serviceFields };
        // The account is about to be deleted. Only its owner can change that, by a sign-in.
        if (user.deletionDueAt !== null) return { kind: 'nobody' };
        return { kind: 'user', user, fields: [...keyFields, ...this.#publicFields] };
      }),
    );
  }
}

function readsEntities(service: ServiceToken | null): boolean {
  return service?.scope === 'entities';
}

function askerOf({ calledBy }: EntityCaller, session: SignedInUser | null): Asker {
  if (calledBy) return { kind: readsEntities(calledBy) ? 'service' : 'other_service' };
  return session ? { kind: 'user', id: session.user.id } : { kind: 'anyone' };
}
