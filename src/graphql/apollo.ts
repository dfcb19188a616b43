import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../platform/logger.js';
import { documentCost } from './document-cost.js';
import { clientLimits } from './client-limits.js';
import { documentLimits } from './document-limits.js';
import { documentRules } from './document-rules.js';
import { knownDocumentsOnly } from './persisted-documents/known-documents-only.js';
import type { PersistedDocuments } from './persisted-documents/persisted-documents.js';
import { jsonStatus } from './json-status.js';
import { documentStore } from './document-store.js';
import type { ErrorMasking } from './error-masking.js';
import { publicAnswers } from './public-answers.js';
import type { RequestContext } from './request-context.js';
import { requestNotes } from './request-notes.js';
import { retryAfter } from './retry-after.js';
import { valueFreeErrors } from './value-free-errors.js';

/** So many faults of a document are named. A short document can have a hundred. */
const MOST_ERRORS = 5;

/** Starts Apollo Server with its limits, error masking and plugins. */
export async function startApollo<Context extends RequestContext>(parts: {
  schema: GraphQLSchema;
  production: boolean;
  introspection: boolean;
  masking: ErrorMasking;
  logger: Logger;
  /** Whether there are gateways that may send more than clients (TRUSTED_GATEWAY). */
  gateways?: boolean;
  /** Null: there are none. */
  persisted?: PersistedDocuments | null;
}): Promise<ApolloServer<Context>> {
  const { schema, production, introspection, masking, logger, gateways = false, persisted = null } = parts;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    // Any client could fill that store. Documents of the operator are another thing (persisted-documents/).
    persistedQueries: false,
    documentStore: documentStore(persisted),
    parseOptions: { maxTokens: documentLimits.TOKENS.maximum },
    maxRecursiveSelections: documentLimits.SELECTIONS.maximum,
    validationRules: documentRules(gateways ? 'gateway' : 'client'),
    validationOptions: { maxErrors: MOST_ERRORS },
    // main.ts handles signals. Apollo would stop before it has answered the requests under way.
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => masking.show(formatted, error),
    logger,
    plugins: [
      valueFreeErrors({ listed: introspection }),
      masking.logging(logger),
      // It would wrap every field to compute a cache policy. publicAnswers is enough for us.
      ApolloServerPluginCacheControlDisabled(),
      // A subgraph would have it by itself. It tells every client who asks how long each field took.
      ApolloServerPluginInlineTraceDisabled(),
      // Before the cost, so that a document that is too large is refused for that.
      ...(gateways ? [clientLimits()] : []),
      documentCost(),
      publicAnswers(),
      requestNotes(),
      ...(persisted?.only ? [knownDocumentsOnly()] : []),
      retryAfter(),
      jsonStatus(),
      production
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
  await apollo.start();
  return apollo;
}
