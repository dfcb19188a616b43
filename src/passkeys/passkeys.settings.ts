import { isLoopback } from '../platform/loopback.js';
import { checked, oneOf, type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';

/** An application id as Android has it, and the SHA-256 fingerprint of the certificate that signs it. */
const ANDROID_APP = /^([a-z]\w*(?:\.[a-z]\w*)+)=((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i;
/** The id of a team, a dot, and the id of a bundle. */
const APPLE_APP = /^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

export const passkeySettings = {
  PASSKEY_POLICY: setting(
    oneOf(['suggest', 'off']).transform((value) => value ?? 'suggest'),
    'suggest',
    'suggest | off. off: no passkey is added. Those that people have keep working, or their owners would be locked out.',
  ),
  PASSKEY_RP_ID: setting(
    checked((value) => DOMAIN.test(value), 'must be a domain in small letters, such as example.com'),
    'the host of PUBLIC_URL',
    'The domain that passkeys belong to: that of your front ends, or one above it. Changing it makes all passkeys useless.',
  ),
  PASSKEY_ORIGINS: setting(
    text,
    'the origin of PUBLIC_URL, and CORS_ORIGINS; in development every http://localhost',
    'Comma-separated origins of the pages on which passkeys are used. Browsers find those outside PASSKEY_RP_ID in /.well-known/webauthn.',
  ),
  PASSKEY_ANDROID_APPS: setting(
    text,
    '(none)',
    'Comma-separated Android apps that use passkeys: application id, =, and the SHA-256 fingerprint of their certificate (AB:CD:…).',
  ),
  PASSKEY_APPLE_APPS: setting(
    text,
    '(none)',
    'Comma-separated apps for iOS and macOS that use passkeys: team id, a dot, and bundle id, e.g. A1B2C3D4E5.com.example.app.',
  ),
} as const;

type Values = SettingValues<typeof passkeySettings>;

export interface AndroidApp {
  readonly packageName: string;
  /** Hex with colons. */
  readonly fingerprint: string;
}

export interface PasskeyConfig {
  readonly passkeys: {
    /** Whether passkeys can be added. */
    readonly adding: boolean;
    /** Null: the host of the public URL. */
    readonly rpId: string | null;
    /** Empty: those of the public URL and of front ends. */
    readonly origins: readonly string[];
    /** Whether pages on this machine may use passkeys. */
    readonly localPages: boolean;
    readonly androidApps: readonly AndroidApp[];
    readonly appleApps: readonly string[];
  };
}

export function readPasskeys(values: Values, context: SettingsContext): PasskeyConfig {
  return {
    passkeys: {
      adding: values.PASSKEY_POLICY === 'suggest',
      rpId: values.PASSKEY_RP_ID ?? null,
      origins: readOrigins(values.PASSKEY_ORIGINS, context),
      localPages: !context.production,
      androidApps: readAndroidApps(values.PASSKEY_ANDROID_APPS, context),
      appleApps: readAppleApps(values.PASSKEY_APPLE_APPS, context),
    },
  };
}

/** Browsers offer passkeys to pages with https only, and to those of the machine that they run on. */
function readOrigins(list: string | undefined, { complain }: SettingsContext): readonly string[] {
  const origins = splitList(list);
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    const secure = url !== null && (url.protocol === 'https:' || isLoopback(url.hostname));
    if (url?.origin !== origin || !secure)
      complain(`PASSKEY_ORIGINS has "${origin}". Write origins with https, such as https://app.example.com`);
  }
  return origins;
}

function readAndroidApps(list: string | undefined, { complain }: SettingsContext): readonly AndroidApp[] {
  return splitList(list).flatMap((each) => {
    const [, packageName, fingerprint] = ANDROID_APP.exec(each) ?? [];
    if (packageName && fingerprint) return { packageName, fingerprint: fingerprint.toUpperCase() };
    complain(`PASSKEY_ANDROID_APPS has "${each}". Write com.example.app= and a SHA-256 fingerprint of 32 bytes.`);
    return [];
  });
}

function readAppleApps(list: string | undefined, { complain }: SettingsContext): readonly string[] {
  const apps = splitList(list);
  for (const app of apps)
    if (!APPLE_APP.test(app)) complain(`PASSKEY_APPLE_APPS has "${app}". Write such as A1B2C3D4E5.com.example.app`);
  return apps;
}
