/** The address of another database on the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** The address with another word, such as `schema`. */
export function withWord(databaseUrl: string, name: string, value: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set(name, value);
  // In the URL of a database, a plus sign is no space.
  return url.href.replaceAll('+', '%20');
}
