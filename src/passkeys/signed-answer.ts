import { createHash } from 'node:crypto';
import type { PasskeyRow } from './passkey.table.js';
import { hasSigned, readKey } from './public-key.js';
import type { SignInResponse } from './response.js';

/** It takes a fifth of a second to load, and most processes of a start do without. Asking for it each time takes time, too. */
let library: typeof import('@simplewebauthn/server/helpers') | undefined;

/** What an authenticator says in an answer that its key has signed. */
export interface SignedAnswer {
  readonly counter: number;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/**
 * What a checked answer to a sign-in says (WebAuthn, level 3, section 7.2). Null: it is of another domain, no user was verified, it
 * contradicts itself, or the key has not signed it.
 *
 * The library reads it. It would check it, too, in four jobs of threads, which cost more than the signature and wait behind password
 * hashes (docs/decisions/0064).
 * @throws for what cannot be read
 */
export async function signedAnswer(
  { response }: SignInResponse,
  { publicKey }: Pick<PasskeyRow, 'publicKey'>,
  rpId: string,
): Promise<SignedAnswer | null> {
  library ??= await import('@simplewebauthn/server/helpers');
  const { decodeCredentialPublicKey, parseAuthenticatorData } = library;
  const authenticatorData = bytes(response.authenticatorData);
  const { rpIdHash, flags, counter } = parseAuthenticatorData(Uint8Array.from(authenticatorData));
  const isOurs = sha256(rpId).equals(rpIdHash);
  const contradictsItself = flags.bs && !flags.be;
  if (!isOurs || !flags.up || !flags.uv || contradictsItself) return null;
  // A map, whatever its type in the library says.
  const cose = decodeCredentialPublicKey(Uint8Array.from(bytes(publicKey))) as unknown as ReadonlyMap<number, unknown>;
  const key = readKey(cose);
  const signed = Buffer.concat([authenticatorData, sha256(bytes(response.clientDataJSON))]);
  if (!key || !hasSigned(key, signed, bytes(response.signature))) return null;
  return { counter, backupEligible: flags.be, backedUp: flags.bs };
}

function bytes(base64url: string): Buffer {
  return Buffer.from(base64url, 'base64url');
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
