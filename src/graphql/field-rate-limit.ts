import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { getGraphQLRateLimiter } from 'graphql-rate-limit';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import { limits } from '../budgets/limits.js';
import type { Clock } from '../platform/clock.js';
import type { Context } from './context.js';
import { FieldRateLimitStore } from './field-rate-limit.store.js';

const WINDOW_SECONDS = limits.callsOfField.window;

/**
 * The outer limit: calls per field, client network and minute, in memory. It sheds load; what security and money rest
 * on is kept in PostgreSQL. Declared beside each public field.
 */
export function FieldRateLimit(): MethodDecorator {
  return createMethodMiddlewareDecorator<Context>(async ({ context, info }, next) => {
    await context.limitField(info);
    return next();
  });
}

/** @param max calls per field, client network and minute. */
export function fieldRateLimiter(max: number, clock: Clock) {
  const store = new FieldRateLimitStore(clock, { windowMs: WINDOW_SECONDS * 1000, max });
  const limiter = getGraphQLRateLimiter({ store, identifyContext: (context: Context) => context.client.network });
  return async (context: Context, info: GraphQLResolveInfo): Promise<void> => {
    const call = { parent: null, args: {}, context, info };
    const refused = await limiter(call, { window: `${WINDOW_SECONDS}s`, max, uncountRejected: true });
    if (refused === undefined) return;
    const identity = { contextIdentity: context.client.network, fieldIdentity: info.fieldName };
    const retryAfterSeconds = Math.max(1, Math.ceil(store.millisecondsLeft(identity) / 1000));
    throw new GraphQLError(`Too many calls of ${info.fieldName}. Try again in ${retryAfterSeconds} s.`, {
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
    });
  };
}
