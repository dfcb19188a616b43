import { isUnencrypted } from '../platform/http-url.js';
import { oneOf, type SettingsContext, type SettingValues, setting, text, url } from '../platform/setting.js';
import type { CamaraSettings } from './camara/camara-signals.js';

export const numberSignalSettings = {
  NUMBER_SIGNALS: setting(
    oneOf(['off', 'camara']).transform((value) => value ?? 'off'),
    'off',
    'off | camara. Whether mobile networks are asked if a number has a new SIM or a new owner (docs/account.md).',
  ),
  CAMARA_TOKEN_URL: setting(
    url(/^https?$/, 'https://api.example.com/oauth2/token'),
    '(none)',
    'Where the network gives out access tokens (OAuth 2.0 client credentials). Required with NUMBER_SIGNALS=camara.',
  ),
  CAMARA_CLIENT_ID: setting(text, '(none)', 'The id of this service at the network.'),
  CAMARA_CLIENT_SECRET: setting(text, '(none)', 'The secret that belongs to the id.'),
  CAMARA_SCOPE: setting(
    text,
    '(sim-swap:check, number-recycling:check)',
    'Scope of the access tokens, where the network wants another one.',
  ),
  CAMARA_SIM_SWAP_URL: setting(
    url(/^https?$/, 'https://api.example.com/sim-swap/v2'),
    '(none: not asked)',
    'Base address of the CAMARA API SIM Swap, with its version.',
  ),
  CAMARA_NUMBER_RECYCLING_URL: setting(
    url(/^https?$/, 'https://api.example.com/number-recycling/v0.2'),
    '(none: not asked)',
    'Base address of the CAMARA API Number Recycling, with its version.',
  ),
} as const;

export interface NumberSignalConfig {
  /** Null: no network is asked. */
  readonly camara: CamaraSettings | null;
}

const REQUIRED = ['CAMARA_TOKEN_URL', 'CAMARA_CLIENT_ID', 'CAMARA_CLIENT_SECRET'] as const;
const ADDRESSES = ['CAMARA_TOKEN_URL', 'CAMARA_SIM_SWAP_URL', 'CAMARA_NUMBER_RECYCLING_URL'] as const;

type Values = SettingValues<typeof numberSignalSettings>;

export function readNumberSignals(
  values: Values,
  context: Pick<SettingsContext, 'production' | 'complain'>,
): NumberSignalConfig {
  if (values.NUMBER_SIGNALS === 'off') return { camara: null };
  check(values, context);
  const { CAMARA_SIM_SWAP_URL: simSwap, CAMARA_NUMBER_RECYCLING_URL: recycling } = values;
  const scopes = [simSwap && 'sim-swap:check', recycling && 'number-recycling:check'].filter(Boolean).join(' ');
  return {
    camara: {
      tokenUrl: values.CAMARA_TOKEN_URL ?? '',
      clientId: values.CAMARA_CLIENT_ID ?? '',
      clientSecret: values.CAMARA_CLIENT_SECRET ?? '',
      scope: values.CAMARA_SCOPE ?? scopes,
      simSwapUrl: baseOf(simSwap),
      numberRecyclingUrl: baseOf(recycling),
    },
  };
}

function check(values: Values, { production, complain }: Pick<SettingsContext, 'production' | 'complain'>): void {
  for (const name of REQUIRED) if (!values[name]) complain(`${name} is required with NUMBER_SIGNALS=camara.`);
  if (!values.CAMARA_SIM_SWAP_URL && !values.CAMARA_NUMBER_RECYCLING_URL)
    complain('CAMARA_SIM_SWAP_URL or CAMARA_NUMBER_RECYCLING_URL is required with NUMBER_SIGNALS=camara.');
  for (const name of ADDRESSES)
    if (production && isUnencrypted(values[name]))
      complain(`${name} must begin with https:// in production: phone numbers and the secret go that way.`);
}

function baseOf(address: string | undefined): string | null {
  return address?.replace(/\/+$/, '') ?? null;
}
