import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '../platform/logger.js';
import { shownLimit } from './document-limits.js';
import type { RequestContext } from './request-context.js';
import { clientFaultCode } from './value-free-errors.js';

/** What clients see instead of an unexpected error. */
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

function isArgumentFault({ message, nodes }: GraphQLError): boolean {
  return nodes !== undefined && message.startsWith('Argument "');
}

function faultExtensions(code: string, { extensions = {} }: GraphQLFormattedError) {
  const { validationErrorCode } = extensions;
  return { code, ...(validationErrorCode !== undefined && { validationErrorCode }) };
}

/**
 * Hides unexpected errors from clients: their messages can hold SQL, phone numbers and paths. Errors with a code of
 * their own are meant for the client, and so are those about its document, variables and arguments. Any other error
 * means that a value of ours did not fit the schema.
 */
export class ErrorMasking {
  readonly #isUnavailable: (error: unknown) => boolean;

  /** @param isUnavailable whether an error means that the database cannot be reached at the moment */
  constructor(isUnavailable: (error: unknown) => boolean) {
    this.#isUnavailable = isUnavailable;
  }

  /** The code that clients see for an error. */
  code(error: unknown): string {
    return this.#maskedCode(error) ?? String(clientFaultCode(error) ?? givenCode(error) ?? 'BAD_USER_INPUT');
  }

  /** An error as clients see it. */
  show(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const fault = clientFaultCode(error);
    // What a scalar adds to its error can be the value that it refuses, so only the code is shown.
    if (fault !== null) return shownLimit(formatted) ?? { ...formatted, extensions: faultExtensions(fault, formatted) };
    const code = this.#maskedCode(error);
    // graphql-js gives no code to an argument that turns out wrong only when its variables are filled in.
    if (code === null && givenCode(error) === undefined)
      return { ...formatted, extensions: { code: 'BAD_USER_INPUT' } };
    if (code === null) return shownLimit(formatted) ?? formatted;
    const { locations, path } = formatted;
    return { message: MASKED[code], ...(locations && { locations }), ...(path && { path }), extensions: { code } };
  }

  /** Logs what clients do not see, with the id of their request. */
  logging(logger: Logger): ApolloServerPlugin<RequestContext> {
    return {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors) this.#log(contextValue.logger, error);
        },
      }),
      contextCreationDidFail: async ({ error }) => this.#log(logger, error),
      unexpectedErrorProcessingRequest: async ({ error }) => this.#log(logger, error),
    };
  }

  /** Null for errors that clients may see. */
  #maskedCode(error: unknown): keyof typeof MASKED | null {
    if (clientFaultCode(error) !== null) return null;
    const root = rootOf(error);
    if (!(root instanceof GraphQLError)) {
      return this.#isUnavailable(root) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
    }
    const code = givenCode(error) ?? (isArgumentFault(root) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR');
    return code === 'INTERNAL_SERVER_ERROR' ? code : null;
  }

  #log(logger: Logger, error: unknown): void {
    const code = this.#maskedCode(error);
    if (code === null) return;
    const path = error instanceof GraphQLError ? error.path?.join('.') : undefined;
    logger.error({ err: rootOf(error), code, path }, 'request failed');
  }
}
