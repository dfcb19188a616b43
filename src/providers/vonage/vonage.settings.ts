import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isUnencrypted } from '../../platform/http-url.js';
import { checked, pattern, type SettingValues, setting, text, url } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';

export const vonageSettings = {
  VONAGE_APPLICATION_ID: setting(
    pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be the id of an application, a UUID'),
    '(none)',
    'Application that sends. Required where vonage sends (docs/vonage.md).',
  ),
  VONAGE_PRIVATE_KEY: setting(
    checked(
      (value) => readKey(value) !== null,
      'must be the RSA private key of the application, in PEM; \\n may stand for line ends',
    ),
    '(none)',
    'Private key of the application, in PEM, with \\n in place of line ends. Required where vonage sends.',
  ),
  VONAGE_FROM: setting(
    pattern(
      /^(\d{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
      'must be a number of digits without +, or a name of up to 11 letters and digits',
    ),
    '(none)',
    'Sender of texts: a number of the application without +, or a name where the country allows it. Required where vonage sends.',
  ),
  VONAGE_SIGNATURE_SECRET: setting(
    checked((value) => value.length >= 8, 'must have 8 characters or more'),
    '(none)',
    'Signature secret of the account: with it Vonage signs its reports. Without it, none are taken.',
  ),
  VONAGE_API_KEY: setting(
    pattern(/^[0-9a-f]{8}$/i, 'must be 8 hexadecimal digits'),
    '(none)',
    'Key of the account. With VONAGE_API_SECRET the service asks how much money is left.',
  ),
  VONAGE_API_SECRET: setting(text, '(none)', 'Secret of the key of the account.'),
  VONAGE_BASE_URL: setting(
    url(/^https?$/, 'https://api.nexmo.com'),
    "(Vonage's own)",
    'Another address for the Vonage APIs: a region, a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

type Values = SettingValues<typeof vonageSettings>;

export interface VonageConfig {
  readonly applicationId: string;
  /** Null only where the configuration is not complete, which is reported. */
  readonly privateKey: KeyObject | null;
  readonly from: string;
  readonly signatureSecret: string | null;
  /** Null: the balance is not asked for. */
  readonly account: { readonly key: string; readonly secret: string } | null;
  /** The key of the account, where it is known: reports name it. */
  readonly apiKey: string | null;
  readonly baseUrl: string | undefined;
}

export function readVonage(values: Values, use: ProviderUse): VonageConfig {
  const { VONAGE_API_KEY: key, VONAGE_API_SECRET: secret, VONAGE_SIGNATURE_SECRET: signatureSecret } = values;
  complainOfMissing(values, use);
  if (!signatureSecret && use.production)
    use.warn('VONAGE_SIGNATURE_SECRET is not set: the service does not learn which texts of Vonage arrive.');
  return {
    applicationId: values.VONAGE_APPLICATION_ID ?? '',
    privateKey: readKey(values.VONAGE_PRIVATE_KEY ?? ''),
    from: values.VONAGE_FROM ?? '',
    signatureSecret: signatureSecret ?? null,
    account: key && secret ? { key, secret } : null,
    apiKey: key ?? null,
    baseUrl: values.VONAGE_BASE_URL,
  };
}

function complainOfMissing(values: Values, { production, complain }: ProviderUse): void {
  for (const name of ['VONAGE_APPLICATION_ID', 'VONAGE_PRIVATE_KEY', 'VONAGE_FROM'] as const)
    if (!values[name]) complain(`${name} is required where vonage sends.`);
  if (values.VONAGE_API_SECRET && !values.VONAGE_API_KEY) complain('VONAGE_API_SECRET needs VONAGE_API_KEY beside it.');
  if (production && isUnencrypted(values.VONAGE_BASE_URL))
    complain('VONAGE_BASE_URL must begin with https:// in production: the credentials and codes go that way.');
}

/** Null: it is no RSA key. */
function readKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}
