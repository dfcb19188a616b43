import { parseUrl } from '../../platform/http-url.js';

/**
 * A host, perhaps with port and credentials. A query is refused because nodemailer takes options from it, among them
 * those that turn off encryption and the check of certificates. A user without password, or the reverse, is a mistake.
 */
export function isMailServerUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || !text.startsWith(`${url.protocol}//`)) return false;
  const bare = ['', '/'].includes(url.pathname) && !/[?#]/.test(text);
  const host = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\])$/i.test(url.hostname);
  return bare && host && (url.username === '') === (url.password === '') && canBeDecoded(url);
}

/** A password with a bare `%` would be sent as another one. */
function canBeDecoded({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== null;
  } catch {
    return false;
  }
}
