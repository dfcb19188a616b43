/** The SQLSTATE of an error, also of one that Drizzle has wrapped. Null: not an error of the server. */
export function sqlStateOf(error: unknown): string | null {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : null;
}
