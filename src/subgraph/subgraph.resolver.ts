import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { Arg, type Complexity, Ctx, Info, Query, Resolver } from 'type-graphql';
import { argumentRefused } from '../graphql/connection.js';
import { documentLimitError, documentLimits } from '../graphql/document-limits.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { requestedFields } from '../graphql/requested-fields.js';
import { subgraphSdl } from '../graphql/subgraph-sdl.js';
import { toUserType, type UserType } from '../users/user.type.js';
import { type Representation, readRepresentation } from './representation.js';
import type { SubgraphContext } from './subgraph.context.js';
import type { EntityOutcome, RefusedEntity } from './subgraph.service.js';
import { AnyScalar, Entity, ServiceDefinition, toShownUser, typeDirectives } from './subgraph.types.js';

const MOST_ENTITIES = documentLimits.ENTITIES.maximum;
/** A short request can name hundreds of users who are all refused. */
const MOST_REFUSALS = 10;

const costOfEntities: Complexity = ({ args, childComplexity }) =>
  1 + Math.min(args['representations'].length, MOST_ENTITIES) * childComplexity;

const descriptions = {
  service:
    'For gateways: the definition of this subgraph. It is told where introspection is on (INTROSPECTION), and to services with a token of the scope `entities`.',
  entities:
    'For gateways: users by their ids. Everyone may read what USER_PUBLIC_FIELDS names, a signed-in user everything of its own, and a service with a token of the scope `entities` everything but sessions, devices and locks. Private fields of somebody else: null for that user, with FORBIDDEN or UNAUTHENTICATED. At most 10 of these errors are listed, and the last one says how many more there are. Null in a list without such errors: there is no such user. One malformed representation refuses the whole list.',
  representations: `Which users, ${MOST_ENTITIES} at most.`,
};

/** What is in the list where a user is: null, or the error that stands for it. */
type EntityItem = UserType | GraphQLError | null;

@Resolver()
export class SubgraphResolver {
  @FieldRateLimit()
  @Query(() => ServiceDefinition, { name: '_service', description: descriptions.service })
  async definition(
    @Ctx() { services, calledBy, signedInAs }: SubgraphContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<ServiceDefinition> {
    if (!services.subgraph.mayReadDefinition({ calledBy })) {
      const code = calledBy === null && signedInAs === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      throw refused(code, 'This needs a service token with the scope entities (SERVICE_TOKENS), or INTROSPECTION=on.');
    }
    return Object.assign(new ServiceDefinition(), { sdl: subgraphSdl(schema, typeDirectives) });
  }

  @FieldRateLimit()
  @Query(() => [Entity], {
    name: '_entities',
    nullable: 'items',
    description: descriptions.entities,
    complexity: costOfEntities,
  })
  async entities(
    @Arg('representations', () => [AnyScalar], { description: descriptions.representations })
    representations: Representation[],
    @Ctx() context: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EntityItem[]> {
    if (representations.length > MOST_ENTITIES) throw documentLimitError('ENTITIES');
    const asked = representations.map(userIdOf);
    const ids = [...new Set(asked.filter((id) => id !== null))];
    const { usersById } = context.loaders;
    const caller = { calledBy: context.calledBy, session: () => context.session(), usersById };
    const found = await context.services.subgraph.find({ ids, fields: requestedFields(info) }, caller);
    const outcomes = new Map(ids.map((id, index) => [id, found[index]]));
    return toItems(asked.map((id) => (id === null ? undefined : outcomes.get(id))));
  }
}

/**
 * Null: no user can have this id.
 * @throws BAD_USER_INPUT for the whole list: an error for each of hundreds would make a short request dear
 */
function userIdOf(representation: Representation, index: number): string | null {
  const read = readRepresentation(representation);
  if (read.kind === 'malformed') throw argumentRefused(`representations.${index}`, `${read.problem}.`);
  return read.kind === 'user' ? read.id : null;
}

/** An error in a list becomes null with an error at its place, and the others stay. */
function toItems(outcomes: readonly (EntityOutcome | undefined)[]): EntityItem[] {
  const refusals = outcomes.flatMap((outcome, index) => (isRefusal(outcome) ? [index] : []));
  const last = refusals[MOST_REFUSALS - 1] ?? outcomes.length;
  const more = Math.max(0, refusals.length - MOST_REFUSALS);
  return outcomes.map((outcome, index) => {
    if (!isRefusal(outcome)) return toUser(outcome);
    return index > last ? null : refusalOf(outcome, index === last ? more : 0);
  });
}

function toUser(outcome: Exclude<EntityOutcome, RefusedEntity> | undefined): UserType | null {
  switch (outcome?.kind) {
    case 'own':
      return toUserType(outcome.session.user, { sessionId: outcome.session.id });
    case 'user':
      return toShownUser(outcome.user, outcome.fields);
    default:
      return null;
  }
}

function isRefusal(outcome: EntityOutcome | undefined): outcome is RefusedEntity {
  return outcome?.kind === 'forbidden' || outcome?.kind === 'unauthenticated';
}

/** @param more how many of the list are refused after this one, without an error of their own */
function refusalOf({ kind, hidden }: RefusedEntity, more: number): GraphQLError {
  const wayOut = kind === 'forbidden' ? 'Only the user may read this.' : 'Sign in as the user to read this.';
  const others = more > 0 ? ` ${more} more users of this list are null for the same reason.` : '';
  const code = kind === 'forbidden' ? 'FORBIDDEN' : 'UNAUTHENTICATED';
  return refused(code, `Not public: ${hidden.join(', ')}. ${wayOut}${others}`);
}

function refused(code: 'UNAUTHENTICATED' | 'FORBIDDEN', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
