/** The bundled PostgreSQL cannot be used. The message is one line that says why and what to do. */
export class BundledServerError extends Error {
  override readonly name = 'BundledServerError';
}

/** Advice that always works, for the end of a message. */
export const useOwnDatabase = 'set DATABASE_URL to use a PostgreSQL of your own';

/** Another container or machine uses the folder. */
export class InUseElsewhereError extends BundledServerError {
  constructor(folder: string) {
    const remedy = `stop that one, give each a DATA_DIR of its own, or ${useOwnDatabase}`;
    super(`${folder} is in use by another container or machine: ${remedy}`);
  }
}

/** The system error code of a thrown value (`EACCES`), or the SQLSTATE of a PostgreSQL error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
