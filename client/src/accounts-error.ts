/** One entry of `errors` in an answer. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number } & Readonly<
    Record<string, unknown>
  >;
}

/**
 * What no type of the schema says: there was no answer, or it had `errors`. Failures that a user can act on are results
 * of the calls, and are not thrown.
 */
export class AccountsError extends Error {
  override readonly name = 'AccountsError';
  /**
   * `extensions.code` of the first error. Otherwise `NETWORK` (no answer, or none in time), `HTTP_502` and so on (an
   * answer that is no GraphQL), or `SESSION_CHANGED` (somebody else signed in meanwhile, and nothing was sent).
   */
  declare readonly code: string;
  /** Whether the same call may succeed later. The session goes on. True for each answer that is no GraphQL. */
  declare readonly temporary: boolean;
  declare readonly errors: readonly GraphqlError[];
  /** What the answer had beside its errors. */
  declare readonly data: unknown;

  constructor(code: string, { message = code, status = 0, errors = [], data, cause }: ErrorDetails = {}) {
    super(message, { cause });
    const temporary = errors[0]
      ? /RATE_|UNAVAIL|INTERNAL_/.test(code) || status === 408 || status === 429 || status > 499
      : code !== 'SESSION_CHANGED';
    Object.assign(this, { code, errors, data, temporary });
  }

  /** Seconds to wait before the next try, where the service says so. */
  get retryAfterSeconds(): number | null {
    return this.errors[0]?.extensions?.retryAfterSeconds ?? null;
  }
}

interface ErrorDetails {
  readonly message?: string | undefined;
  readonly status?: number;
  readonly errors?: readonly GraphqlError[];
  readonly data?: unknown;
  readonly cause?: unknown;
}
