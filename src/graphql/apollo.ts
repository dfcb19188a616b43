import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../platform/logger.js';
import { documentCost } from './document-cost.js';
import { documentLimits } from './document-limits.js';
import { documentRules } from './document-rules.js';
import { documentStore } from './document-store.js';
import { errorLogging, maskError } from './error-masking.js';
import type { RequestContext } from './request-context.js';

/** Apollo Server with everything that is the same in every deployment. */
export async function startApollo<Context extends RequestContext>(parts: {
  schema: GraphQLSchema;
  production: boolean;
  introspection: boolean;
  logger: Logger;
}): Promise<ApolloServer<Context>> {
  const { schema, production, introspection, logger } = parts;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    // A store that strangers fill, for documents that are short anyway.
    persistedQueries: false,
    documentStore: documentStore(),
    parseOptions: { maxTokens: documentLimits.TOKENS.maximum },
    maxRecursiveSelections: documentLimits.SELECTIONS.maximum,
    validationRules: [...documentRules],
    // The process decides about signals (main.ts): Apollo would stop before requests under way are answered.
    stopOnTerminationSignals: false,
    formatError: maskError,
    logger,
    plugins: [
      errorLogging(logger),
      // It would wrap every field to compute what is always the same: no answer is to be stored (http/server.ts).
      ApolloServerPluginCacheControlDisabled(),
      documentCost(),
      production
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
  await apollo.start();
  return apollo;
}
