import { START_PASSKEY } from './documents.js';
import { el } from './element.js';
import { post } from './post.js';

/** Whether the browser has passkeys, and reads and writes them as JSON. */
export const hasPasskeys = () => typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

export const NOT_SHOWN = [{ field: '', message: 'No passkey was used. Try again, or prove it in another way.' }];

export function passkeyHint() {
  return el('p', { class: 'hint' }, 'The browser asks for it when you go on.');
}

/**
 * Lets the user choose a passkey.
 * @param token of the session that is proved anew; null: a sign-in
 * @returns the answer of the browser; null: the user chose none
 */
export async function showPasskey(token = null) {
  const { startPasskeySignIn: started } = await post(START_PASSKEY, {}, token);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(started.options);
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  return credential?.toJSON() ?? null;
}
