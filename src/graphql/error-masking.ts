import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isDatabaseAway } from '../database/database-errors.js';
import type { Logger } from '../platform/logger.js';
import type { Context } from './context.js';

const MASKED = {
  SERVICE_UNAVAILABLE: 'The service is not available right now. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side. The log knows more under the id of this request.',
} as const;

/** The code that a surprise is shown as, or null for errors that were meant for the client. */
function maskedCode(error: unknown): keyof typeof MASKED | null {
  const original = unwrapResolverError(error);
  if (original instanceof GraphQLError && original.originalError === undefined) {
    return original.extensions['code'] === 'INTERNAL_SERVER_ERROR' ? 'INTERNAL_SERVER_ERROR' : null;
  }
  return isDatabaseAway(original) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
}

/** Lets deliberate errors through and hides everything else: messages of surprises hold SQL, numbers and paths. */
export function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = maskedCode(error);
  if (code === null) return formatted;
  const { locations, path } = formatted;
  return { message: MASKED[code], ...(locations && { locations }), ...(path && { path }), extensions: { code } };
}

/** Logs what clients do not see, under the id of their request. */
export function errorLogging(logger: Logger): ApolloServerPlugin<Context> {
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
  logger.error({ err: unwrapResolverError(error), code, path }, 'request failed');
}
