import { GraphQLError, GraphQLScalarType } from 'graphql';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import type { TypeDirectives } from '../graphql/subgraph-sdl.js';
import type { User } from '../users/user.js';
import { toUserType, UserType } from '../users/user.type.js';
import type { Representation } from './representation.js';
import type { ShownField } from './user-fields.js';

/** Names and shapes are those of the subgraph specification of Apollo Federation. Gateways expect exactly these. */

/** Other subgraphs have a PageInfo of their own, with the same fields. */
export const typeDirectives: TypeDirectives = { User: '@key(fields: "id")', PageInfo: '@shareable' };

export const AnyScalar = new GraphQLScalarType<Representation>({
  name: '_Any',
  description:
    'Stands for an object of a supergraph: `__typename`, and the fields of its key. For a user: `{ "__typename": "User", "id": "…" }`.',
  specifiedByURL: 'https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec',
  parseValue(value) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Representation;
    throw new GraphQLError('A representation is an object.');
  },
});

export const Entity = createUnionType({
  name: '_Entity',
  description: 'What a gateway reads by its key: users.',
  types: () => [UserType] as const,
});

@ObjectType('_Service', { description: 'What a gateway must know of this service to compose a supergraph.' })
export class ServiceDefinition {
  @Field(() => String, {
    description: 'The schema of the subgraph, with directives of Apollo Federation 2. `subgraph.graphql` is the same.',
  })
  sdl!: string;
}

/** A user as others see it. It holds nothing but these fields, so no other can be read from it by mistake. */
export function toShownUser(user: User, fields: readonly ShownField[]): UserType {
  const whole = toUserType(user, { sessionId: null });
  return Object.assign(new UserType(), Object.fromEntries(fields.map((field) => [field, whole[field]])));
}
