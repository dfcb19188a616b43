import { isHttpUrl, isUnencrypted } from '../platform/http-url.js';
import { isLoopback } from '../platform/loopback.js';
import {
  checked,
  number,
  oneOf,
  type SettingsContext,
  type SettingValues,
  setting,
  text,
  wholeNumber,
} from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { readTrustProxy } from './trusted-proxies.settings.js';

const MOST_PORT = 65_535;
/** The new one and the old one, while gateways change over. */
const MOST_GATEWAY_SECRETS = 2;
/** What every HTTP client can send in a header. A comma separates two secrets. */
const GATEWAY_SECRET = /^[!-+\--~]{32,256}$/;
/** It is a route of discovery, where other signs mean patterns. */
const PLAIN_PATH = /^(\/[\w.~-]+)*\/*$/;
/** Most orchestrators kill 30 s after SIGTERM, and a stop may take 25 s. */
const DRAIN_IN_PRODUCTION = 5;

export const httpSettings = {
  PORT: setting(number(4000, 1, MOST_PORT), '4000', 'TCP port.'),
  HOST: setting(text, '127.0.0.1; in production 0.0.0.0', 'Address to listen on.'),
  PUBLIC_URL: setting(
    checked(
      // Paths are put behind it, and a user in it would be told to everyone who gets a token.
      (value) => isHttpUrl(value) && !value.includes('?') && PLAIN_PATH.test(new URL(value).pathname),
      'must be a URL such as https://accounts.example.com, without user, query and fragment. Its path may have letters, digits, hyphens, dots, underscores and tildes',
    ),
    'http://localhost:PORT; must be set in production',
    'Where clients reach the service: the issuer (iss) of access tokens. In production, it begins with https://, except on localhost.',
  ),
  CORS_ORIGINS: setting(
    text,
    '(none); in development every http://localhost',
    'Comma-separated origins of front ends, e.g. https://app.example.com. No wildcards; in production, https:// only, except on localhost. In development, pages on localhost, 127.0.0.1 and [::1] may call without it.',
  ),
  SESSION_COOKIES: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'off'),
    'off',
    'on | off. Whether web clients may have their refresh token kept in a cookie (docs/cookie-mode.md).',
  ),
  TRUST_PROXY: setting(
    text,
    '(none)',
    'Reverse proxies whose X-Forwarded-For, x-request-id and traceparent are trusted: a hop count, or a comma-separated list of addresses and CIDR ranges.',
  ),
  TRUSTED_GATEWAY: setting(
    checked((value) => {
      const secrets = splitList(value);
      return secrets.length <= MOST_GATEWAY_SECRETS && secrets.every((secret) => GATEWAY_SECRET.test(secret));
    }, 'must be a secret of 32 to 256 visible ASCII characters without commas, or two of these separated by a comma'),
    '(none)',
    'Secret that a GraphQL gateway in front sends as X-Gateway-Secret (docs/gateways.md). Such a gateway names the address of its client, and may merge queries. Make one: openssl rand -base64 48. To change it, name both for a while: the new one,the old one.',
  ),
  INTROSPECTION: setting(
    oneOf(['on', 'off']),
    'on; in production off',
    'on | off. Whether clients may ask for the schema and get suggestions for misspelt fields.',
  ),
  PERSISTED_DOCUMENTS: setting(
    oneOf(['off', 'on', 'only']).transform((value) => value ?? 'off'),
    'off',
    'off | on | only. Whether clients may send the id of a document in place of its text. only: the service runs no other documents (docs/persisted-documents.md).',
  ),
  PERSISTED_DOCUMENTS_FILES: setting(
    text,
    '(none)',
    'Comma-separated files with the documents of your front ends, as GraphQL Code Generator, Apollo or Relay write them.',
  ),
  DRAIN_SECONDS: setting(
    wholeNumber(0, 300).optional(),
    `0; in production ${DRAIN_IN_PRODUCTION}`,
    'Seconds after SIGTERM in which /readyz says 503 and requests are still accepted, so that load balancers notice. Without one, 0.',
  ),
  METRICS_PORT: setting(wholeNumber(1, MOST_PORT).optional(), '(none)', 'TCP port for GET /metrics (Prometheus).'),
  METRICS_HOST: setting(
    text.transform((value) => value ?? '127.0.0.1'),
    '127.0.0.1',
    'Address to serve metrics on. Let only operators reach it. 0.0.0.0: every address of the machine.',
  ),
} as const;

type Values = SettingValues<typeof httpSettings>;

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Null: metrics are not served. */
  readonly metricsPort: number | null;
  readonly metricsHost: string;
  /** Null: the address that the service turns out to listen on. */
  readonly publicUrl: string | null;
  readonly corsOrigins: readonly string[];
  /** A hop count, a list of trusted addresses, or false. */
  readonly trustProxy: number | readonly string[] | false;
  /** Secrets of gateways in front. One of them is enough. Empty: none is trusted. */
  readonly trustedGateways: readonly string[];
  /** Seconds after a signal to stop until the listener closes. */
  readonly drainSeconds: number;
  readonly introspection: boolean;
  /** Null: clients send texts. */
  readonly persistedDocuments: { readonly only: boolean; readonly files: readonly string[] } | null;
  /** Whether web clients may have their refresh token kept in a cookie. */
  readonly sessionCookies: boolean;
}

/** A gateway must never hold one of them. */
interface OtherSecrets {
  readonly APP_SECRET?: string | undefined;
  readonly APP_SECRET_PREVIOUS?: string | undefined;
}

export function readHttp(values: Values & OtherSecrets, context: SettingsContext): HttpConfig {
  const { production } = context;
  return {
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT,
    metricsPort: readMetricsPort(values, context),
    metricsHost: values.METRICS_HOST,
    publicUrl: readPublicUrl(values, context),
    corsOrigins: readOrigins(values.CORS_ORIGINS, context),
    trustProxy: readTrustProxy(values.TRUST_PROXY, context),
    trustedGateways: readGateways(values, context),
    drainSeconds: values.DRAIN_SECONDS ?? (production ? DRAIN_IN_PRODUCTION : 0),
    introspection: values.INTROSPECTION ? values.INTROSPECTION === 'on' : !production,
    persistedDocuments: readPersistedDocuments(values, context),
    sessionCookies: readSessionCookies(values, context),
  };
}

function readMetricsPort({ PORT, METRICS_PORT }: Values, { complain }: SettingsContext): number | null {
  if (METRICS_PORT === PORT) complain('METRICS_PORT must differ from PORT: metrics are for operators only.');
  return METRICS_PORT ?? null;
}

function readPublicUrl({ PUBLIC_URL }: Values, { production, complain }: SettingsContext): string | null {
  if (PUBLIC_URL !== undefined) {
    if (production && isReadOnTheWay(PUBLIC_URL)) {
      complain(
        'PUBLIC_URL must begin with https:// in production: clients send codes and tokens there. Behind a proxy that ends TLS, it is the https address of the proxy.',
      );
    }
    return PUBLIC_URL.replace(/\/+$/, '');
  }
  if (production) {
    complain(
      'PUBLIC_URL is required in production: access tokens name it as their issuer. Set it to the address that clients use.',
    );
  }
  return null;
}

/** Whether what is sent there crosses networks unencrypted. */
function isReadOnTheWay(url: string): boolean {
  return isUnencrypted(url) && !isLoopback(new URL(url).hostname);
}

function readOrigins(list: string | undefined, { production, complain }: SettingsContext): string[] {
  const origins = splitList(list);
  for (const origin of origins) {
    if (origin.includes('*')) {
      complain(`CORS_ORIGINS has "${origin}". It takes no wildcards: name each origin, e.g. https://app.example.com`);
    } else if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      complain(`CORS_ORIGINS has "${origin}", which is no origin. Write scheme and host, e.g. https://app.example.com`);
    } else if (production && isReadOnTheWay(origin)) {
      complain(
        `CORS_ORIGINS has "${origin}". In production, origins must begin with https://: an unencrypted page can be changed on its way, and then gives tokens away.`,
      );
    }
  }
  return origins;
}

function readPersistedDocuments(values: Values, { complain }: SettingsContext): HttpConfig['persistedDocuments'] {
  const files = splitList(values.PERSISTED_DOCUMENTS_FILES);
  if (values.PERSISTED_DOCUMENTS !== 'off') return { only: values.PERSISTED_DOCUMENTS === 'only', files };
  if (files.length > 0) {
    complain('PERSISTED_DOCUMENTS_FILES needs PERSISTED_DOCUMENTS=on (ids and texts) or PERSISTED_DOCUMENTS=only.');
  }
  return null;
}

function readSessionCookies({ SESSION_COOKIES, PUBLIC_URL }: Values, context: SettingsContext): boolean {
  const { production, complain } = context;
  if (SESSION_COOKIES === 'off') return false;
  if (PUBLIC_URL === undefined && production) return true;
  const url = PUBLIC_URL ?? 'http://localhost';
  // Told already.
  if (production && isReadOnTheWay(url)) return true;
  if (!url.startsWith('https:') && (production || !isLoopback(new URL(url).hostname))) {
    const allowed = production ? 'https://' : 'https:// or http://localhost';
    complain(`PUBLIC_URL must begin with ${allowed} with SESSION_COOKIES=on: browsers take the cookie only there.`);
  }
  return true;
}

function readGateways(values: Values & OtherSecrets, { complain }: SettingsContext): string[] {
  const secrets = splitList(values.TRUSTED_GATEWAY);
  const { APP_SECRET, APP_SECRET_PREVIOUS } = values;
  if (secrets.some((secret) => secret === APP_SECRET || secret === APP_SECRET_PREVIOUS)) {
    complain(
      'TRUSTED_GATEWAY must not be APP_SECRET: gateways know it. Make another one with: openssl rand -base64 48',
    );
  }
  return secrets;
}
