import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../platform/logger.js';
import type { Context } from './context.js';
import { errorLogging, maskError } from './error-masking.js';

/** The longest document a client needs is a few hundred tokens; parsing stops here. */
const MOST_TOKENS = 2_000;

/** Apollo Server with everything that is the same in every deployment. */
export async function startApollo(parts: {
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
    parseOptions: { maxTokens: MOST_TOKENS },
    // The process decides about signals (main.ts): Apollo would stop before requests under way are answered.
    stopOnTerminationSignals: false,
    formatError: maskError,
    logger,
    plugins: [
      errorLogging(logger),
      // It would wrap every field to compute what is always the same: no answer is to be stored (http/server.ts).
      ApolloServerPluginCacheControlDisabled(),
      production
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
  await apollo.start();
  return apollo;
}
