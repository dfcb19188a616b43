import { type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { readEntries, type ServiceToken } from './service-token.js';

export const serviceTokenSettings = {
  SERVICE_TOKENS: setting(
    text,
    '(none)',
    'Tokens of other services, separated by commas, as name:scope:hash. npm run service-token makes one. The scope events reads events at this API (docs/events.md), entities reads users by id where FEDERATION is on (docs/supergraph.md), users finds and reads accounts, and support also locks them and ends their sessions (docs/administration.md).',
  ),
} as const;

export interface ServiceTokenConfig {
  readonly serviceTokens: readonly ServiceToken[];
}

export function readServiceTokens(
  { SERVICE_TOKENS }: SettingValues<typeof serviceTokenSettings>,
  { complain }: SettingsContext,
): ServiceTokenConfig {
  const { tokens, problems } = readEntries(splitList(SERVICE_TOKENS));
  for (const problem of problems) complain(`SERVICE_TOKENS: ${problem}.`);
  return { serviceTokens: tokens };
}
