/** HTTP, without what could not be sent: `fetch` refuses credentials, and nobody sees a fragment. */
export function isGatewayUrl(text: string): boolean {
  const url = parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !hasUser(url) && !text.includes('#');
}

/**
 * A host, perhaps a port and credentials. A query is refused because nodemailer takes options from it, among them those
 * that turn encryption and the check of certificates off. Half of the credentials is a mistake.
 */
export function isMailServerUrl(text: string): boolean {
  const url = parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || !text.startsWith(`${url.protocol}//`)) return false;
  const bare = ['', '/'].includes(url.pathname) && !/[?#]/.test(text);
  const host = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\])$/i.test(url.hostname);
  return bare && host && (url.username === '') === (url.password === '') && canBeDecoded(url);
}

/** HTTP, perhaps with a path: paths are put behind it, and a user would be told to everybody who gets a token. */
export function isPublicUrl(text: string): boolean {
  return isGatewayUrl(text) && !text.includes('?');
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function hasUser({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/** A password with a bare `%` would be sent otherwise than it is meant. */
function canBeDecoded({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== null;
  } catch {
    return false;
  }
}
