import { isIP } from 'node:net';
import { isLoopback } from '../platform/loopback.js';
import type { AndroidApp, PasskeyConfig } from './passkeys.settings.js';

/** Whom passkeys belong to, and which pages and apps may ask for them. */
export interface RelyingParty {
  /** A domain. */
  readonly id: string;
  /** As authenticators show it. */
  readonly name: string;
  /** Of pages. */
  readonly origins: readonly string[];
  /** As authenticators write them down, which sign them. */
  accepts(origin: string): boolean;
}

export interface RelyingPartyParts {
  readonly settings: PasskeyConfig & { readonly corsOrigins: readonly string[] };
  readonly publicUrl: string;
  readonly serviceName: string | null;
}

/** Null: the service is reached by an address, and passkeys belong to domains. */
export function relyingParty({ settings, publicUrl, serviceName }: RelyingPartyParts): RelyingParty | null {
  const { passkeys, corsOrigins } = settings;
  const { hostname, origin: own } = new URL(publicUrl);
  const id = passkeys.rpId ?? hostname;
  if (isIP(id.replace(/^\[|\]$/g, '')) !== 0) return null;
  const origins = passkeys.origins.length > 0 ? passkeys.origins : [...new Set([own, ...corsOrigins])];
  const ofApps = passkeys.androidApps.map(androidOrigin);
  // Apps for iOS and macOS name the domain itself.
  const accepted = new Set([...origins, ...ofApps, ...(passkeys.appleApps.length > 0 ? [`https://${id}`] : [])]);
  const accepts = (origin: string) => accepted.has(origin) || (passkeys.localPages && isLocalPage(origin));
  return { id, name: serviceName ?? id, origins, accepts };
}

/** The fingerprint in base64url, behind a word of Android's. */
function androidOrigin({ fingerprint }: AndroidApp): string {
  return `android:apk-key-hash:${Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url')}`;
}

function isLocalPage(origin: string): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === origin && isLoopback(url.hostname);
}
