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
import type { EntityOutcome } from './subgraph.service.js';
import { AnyScalar, Entity, ServiceDefinition, toShownUser, typeDirectives } from './subgraph.types.js';

const MOST_ENTITIES = documentLimits.ENTITIES.maximum;

const costOfEntities: Complexity = ({ args, childComplexity }) =>
  1 + Math.min(args['representations'].length, MOST_ENTITIES) * childComplexity;

const descriptions = {
  service:
    'For gateways: the definition of this subgraph. It is told where introspection is on (INTROSPECTION), and to services with a token of the scope `entities`.',
  entities:
    'For gateways: users by their ids. Everyone may read what USER_PUBLIC_FIELDS names, a signed-in user everything of its own, and a service with a token of the scope `entities` everything but sessions, devices and locks. Private fields of somebody else: null for that user, with FORBIDDEN or UNAUTHENTICATED. Null without an error: there is no such user.',
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
    const read = representations.map(readRepresentation);
    const ids = [...new Set(read.flatMap((each) => (each.kind === 'user' ? [each.id] : [])))];
    const { usersById } = context.loaders;
    const caller = { calledBy: context.calledBy, session: () => context.session(), usersById };
    const found = await context.services.subgraph.find({ ids, fields: requestedFields(info) }, caller);
    const items = new Map(ids.map((id, index) => [id, toItem(found[index])]));
    return read.map((each, index) => {
      if (each.kind === 'malformed') return argumentRefused(`representations.${index}`, `${each.problem}.`);
      return each.kind === 'user' ? (items.get(each.id) ?? null) : null;
    });
  }
}

/** An error in a list becomes null with an error at its place, and the others stay. */
function toItem(outcome: EntityOutcome | undefined): EntityItem {
  switch (outcome?.kind) {
    case 'own':
      return toUserType(outcome.session.user, { sessionId: outcome.session.id });
    case 'user':
      return toShownUser(outcome.user, outcome.fields);
    case 'forbidden':
      return refused('FORBIDDEN', `Not public: ${outcome.hidden.join(', ')}. Only the user may read this.`);
    case 'unauthenticated':
      return refused('UNAUTHENTICATED', `Not public: ${outcome.hidden.join(', ')}. Sign in as the user to read this.`);
    default:
      return null;
  }
}

function refused(code: 'UNAUTHENTICATED' | 'FORBIDDEN', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
