/** Why the bundled PostgreSQL cannot be used. The message is one line that tells what to do. */
export class BundledServerError extends Error {
  override readonly name = 'BundledServerError';
}

/** The way out that always exists, for the end of a message. */
export const ownDatabase = 'set DATABASE_URL to use a PostgreSQL of your own';

/** System error code of whatever was thrown (`EACCES`), or a PostgreSQL error's SQLSTATE. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
