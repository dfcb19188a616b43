import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isDatabaseAway } from '../database/database-errors.js';
import type { Logger } from '../platform/logger.js';
import { shownLimit } from './document-limits.js';
import type { RequestContext } from './request-context.js';

/** What clients are told of a surprise. */
export const MASKED = {
  SERVICE_UNAVAILABLE: 'The service is not available right now. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side. The log knows more under the id of this request.',
} as const;

/** Apollo and graphql-js wrap what was thrown, sometimes twice. */
function rootOf(error: unknown): unknown {
  let root = unwrapResolverError(error);
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

function givenCode(error: unknown): unknown {
  return error instanceof GraphQLError ? error.extensions['code'] : undefined;
}

/**
 * The code that a surprise is shown as, or null for errors that were meant for the client: those with a code, and those
 * that point at a place in the document (`nodes`). Without either, a value of ours did not fit the schema.
 */
function maskedCode(error: unknown): keyof typeof MASKED | null {
  const root = rootOf(error);
  if (!(root instanceof GraphQLError)) return isDatabaseAway(root) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
  const code = givenCode(error) ?? (root.nodes ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR');
  return code === 'INTERNAL_SERVER_ERROR' ? code : null;
}

/** The code that clients are shown for whatever was thrown. */
export function errorCode(error: unknown): string {
  return maskedCode(error) ?? String(givenCode(error) ?? 'BAD_USER_INPUT');
}

/** Lets deliberate errors through and hides everything else: messages of surprises hold SQL, numbers and paths. */
export function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = maskedCode(error);
  // graphql-js gives no code to an argument that turns out wrong only when its variables are filled in.
  if (code === null && givenCode(error) === undefined) return { ...formatted, extensions: { code: 'BAD_USER_INPUT' } };
  if (code === null) return shownLimit(formatted) ?? formatted;
  const { locations, path } = formatted;
  return { message: MASKED[code], ...(locations && { locations }), ...(path && { path }), extensions: { code } };
}

/** Logs what clients do not see, under the id of their request. */
export function errorLogging(logger: Logger): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) logSurprise(contextValue.logger, error);
        },
      };
    },
    async contextCreationDidFail({ error }) {
      logSurprise(logger, error);
    },
    async unexpectedErrorProcessingRequest({ error }) {
      logSurprise(logger, error);
    },
  };
}

function logSurprise(logger: Logger, error: unknown): void {
  const code = maskedCode(error);
  if (code === null) return;
  const path = error instanceof GraphQLError ? error.path?.join('.') : undefined;
  logger.error({ err: rootOf(error), code, path }, 'request failed');
}
