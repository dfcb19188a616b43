import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';

/** Allows a field only where `refusal` has nothing against the caller. It may throw its refusal as well. */
export function OnlyIf<Context extends object>(
  refusal: (context: Context) => Promise<GraphQLError | null>,
): MethodDecorator {
  return createMethodMiddlewareDecorator<Context>(async ({ context }, next) => {
    const refused = await refusal(context);
    if (refused) throw refused;
    return next();
  });
}

export function forbidden(message = 'Your account has not the role that this needs.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}
