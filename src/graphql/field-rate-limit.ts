import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { getGraphQLRateLimiter } from 'graphql-rate-limit';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import type { Clock } from '../platform/clock.js';
import { errorCode } from './error-masking.js';
import { FieldRateLimitStore } from './field-rate-limit.store.js';
import type { RequestContext } from './request-context.js';
import { UserError } from './user-error.js';

/**
 * Limits how often one client network calls a field. The limit sheds load and is kept in the memory of each process;
 * the limits that protect accounts and money are in PostgreSQL. It also counts results for the metrics.
 */
export function FieldRateLimit(): MethodDecorator {
  return createMethodMiddlewareDecorator<RequestContext>(({ context, info }, next) =>
    counted(context, info.fieldName, async () => {
      await context.limitField(info);
      return next();
    }),
  );
}

/** Counts the result of a call: ok, a failure of its result union, or an error code. */
async function counted<Result>(
  { metrics }: RequestContext,
  field: string,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await call();
    metrics.count('operations_total', { field, result: result instanceof UserError ? result.constructor.name : 'ok' });
    return result;
  } catch (error) {
    metrics.count('operations_total', { field, result: errorCode(error) });
    throw error;
  }
}

/** At most `max` calls of a field by one client network within the window. */
export interface FieldLimit {
  readonly max: number;
  readonly windowSeconds: number;
}

export function fieldRateLimiter({ max, windowSeconds }: FieldLimit, clock: Clock) {
  const store = new FieldRateLimitStore(clock, { windowMs: windowSeconds * 1000, max });
  const limiter = getGraphQLRateLimiter({
    store,
    identifyContext: (context: RequestContext) => context.client.network,
  });
  return async (context: RequestContext, info: GraphQLResolveInfo): Promise<void> => {
    const call = { parent: null, args: {}, context, info };
    // The store knows the maximum. For the library, one earlier call is one too many.
    const refused = await limiter(call, { window: `${windowSeconds}s`, max: 1, uncountRejected: true });
    if (refused === undefined) return;
    const identity = { contextIdentity: context.client.network, fieldIdentity: info.fieldName };
    const retryAfterSeconds = Math.max(1, Math.ceil(store.millisecondsLeft(identity) / 1000));
    throw new GraphQLError(`Too many calls of ${info.fieldName}. Try again in ${retryAfterSeconds} s.`, {
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
    });
  };
}
