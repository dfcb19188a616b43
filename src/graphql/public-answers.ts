import type { ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Extensions } from 'type-graphql';
import { rootFields } from './root-fields.js';

const MAX_AGE = 'publicMaxAge';

/** The answer of a query is the same for everyone, and may be cached for so many seconds. */
export function PublicAnswer(seconds: number): MethodDecorator {
  return Extensions({ [MAX_AGE]: seconds });
}

/**
 * Lets browsers and proxies cache the answer to a GET request that asks only for public fields. Every other answer keeps
 * `no-store` (http/server.ts): one that holds anything else, that has errors, or whose request came with credentials.
 */
export function publicAnswers(): ApolloServerPlugin {
  return {
    async requestDidStart({ request: { http } }) {
      if (http?.method !== 'GET' || hasCredentials(http.headers)) return;
      return {
        async willSendResponse({ schema, document, operation, response }) {
          if (!document || !operation || response.body.kind !== 'single' || response.body.singleResult.errors) return;
          const seconds = maxAge(operation, document, schema);
          if (seconds > 0) response.http.headers.set('cache-control', `public, max-age=${seconds}`);
        },
      };
    },
  };
}

function hasCredentials(headers: HeaderMap): boolean {
  return headers.has('authorization') || headers.has('cookie');
}

/** Of all fields at the root the shortest; 0 where one of them is not public. */
function maxAge(operation: OperationDefinitionNode, document: DocumentNode, schema: GraphQLSchema): number {
  const fields = schema.getQueryType()?.getFields();
  const ages = [...rootFields(operation.selectionSet, document)]
    .filter((name) => name !== '__typename')
    .map((name) => Number(fields?.[name]?.extensions[MAX_AGE] ?? 0));
  return operation.operation === 'query' && ages.length > 0 ? Math.min(...ages) : 0;
}
