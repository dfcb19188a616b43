import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';

/** What the context must offer to fields for other services. */
export interface WithService<Service> {
  /** The service whose token came with the call; null: none did. */
  readonly calledBy: Service | null;
  /** The user of a valid access token, else null. */
  readonly signedInAs: object | null;
}

/** Allows a field only to a service that `allowed` accepts. Without a token: UNAUTHENTICATED, for users and other services: FORBIDDEN. */
export function ServiceOnly<Service extends object>(allowed: (service: Service) => boolean): MethodDecorator {
  return createMethodMiddlewareDecorator<WithService<Service>>(async ({ context }, next) => {
    const { calledBy, signedInAs } = context;
    if (calledBy === null && signedInAs === null)
      throw refused('UNAUTHENTICATED', 'Send a service token as "Authorization: Bearer …".');
    if (calledBy === null || !allowed(calledBy))
      throw refused('FORBIDDEN', 'This needs a service token with its scope (SERVICE_TOKENS).');
    return next();
  });
}

function refused(code: 'UNAUTHENTICATED' | 'FORBIDDEN', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
