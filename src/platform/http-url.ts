/** The URL that a text is; null: it is none. */
export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** An HTTP address that a request can be sent to: `fetch` refuses credentials, and a fragment is never sent. */
export function isHttpUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !text.includes('#');
}

/** Whether what is sent there can be read on the way. */
export function isUnencrypted(url: string | undefined): boolean {
  return /^http:/i.test(url ?? '');
}
