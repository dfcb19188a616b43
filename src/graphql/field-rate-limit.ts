import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { getGraphQLRateLimiter } from 'graphql-rate-limit';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';
import type { Tracing } from '../tracing/tracing.js';
import type { ErrorMasking } from './error-masking.js';
import { callerIdentity, type FieldLimit, FieldRateLimitStore } from './field-rate-limit.store.js';
import type { RequestContext } from './request-context.js';
import { UserError } from './user-error.js';

/**
 * Limits how often a client calls a field: each session and each service with a token by itself, all others by network.
 * The limit sheds load and is kept in the memory of each process; the limits that protect accounts and money are in
 * PostgreSQL. Results are counted for the metrics.
 */
export function FieldRateLimit(): MethodDecorator {
  return createMethodMiddlewareDecorator<RequestContext>(({ context, info }, next) => context.callField(info, next));
}

export interface FieldCallParts {
  readonly limit: FieldLimit;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly masking: ErrorMasking;
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
}

export class FieldCalls {
  readonly #parts: FieldCallParts;
  readonly #checkLimit: ReturnType<typeof fieldRateLimiter>;

  constructor(parts: FieldCallParts) {
    this.#parts = parts;
    this.#checkLimit = fieldRateLimiter(parts);
  }

  /** Calls a field, and counts the result and its time: ok, a failure of its result union, or an error code. */
  call<Result>(context: RequestContext, info: GraphQLResolveInfo, call: () => Promise<Result>): Promise<Result> {
    const work = () => this.#call(context, info, call);
    const { tracing } = this.#parts;
    return tracing === null ? work() : tracing.span({ name: `${info.parentType.name}.${info.fieldName}` }, work);
  }

  async #call<Result>(context: RequestContext, info: GraphQLResolveInfo, call: () => Promise<Result>): Promise<Result> {
    const began = this.#parts.clock.monotonic();
    try {
      await this.#checkLimit(context, info);
      const result = await call();
      const failure = result instanceof UserError ? result.constructor.name : null;
      if (failure !== null) context.notes.outcome ??= failure;
      this.#count(info, failure ?? 'ok', began);
      return result;
    } catch (error) {
      const code = this.#parts.masking.code(error);
      context.notes.outcome ??= code;
      this.#count(info, code, began);
      throw error;
    }
  }

  #count({ fieldName: field }: GraphQLResolveInfo, result: string, began: number): void {
    const { clock, metrics, tracing } = this.#parts;
    metrics.count('operations_total', { field, result });
    metrics.observe('operation_seconds', { field, result }, (clock.monotonic() - began) / 1000);
    tracing?.describe({ attributes: { 'phone_accounts.outcome': result } });
  }
}

function fieldRateLimiter({ limit, clock }: FieldCallParts) {
  const { windowSeconds } = limit;
  const store = new FieldRateLimitStore(clock, limit);
  const limiter = getGraphQLRateLimiter({ store, identifyContext: identityOf });
  return async (context: RequestContext, info: GraphQLResolveInfo): Promise<void> => {
    const call = { parent: null, args: {}, context, info };
    // The store knows the maximum. For the library, one earlier call is one too many.
    const refused = await limiter(call, { window: `${windowSeconds}s`, max: 1, uncountRejected: true });
    if (refused === undefined) return;
    const identity = { contextIdentity: identityOf(context), fieldIdentity: info.fieldName };
    const retryAfterSeconds = store.secondsLeft(identity);
    throw new GraphQLError(`Too many calls of ${info.fieldName}. Try again in ${retryAfterSeconds} s.`, {
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
    });
  };
}

function identityOf({ client, caller }: RequestContext): string {
  return callerIdentity(client.networks[0], caller);
}
