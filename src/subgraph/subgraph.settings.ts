import { checked, oneOf, type SettingsContext, type SettingValues, setting } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { isPublishable, type PublishableField, publishableFields } from './user-fields.js';

export const subgraphSettings = {
  FEDERATION: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'off'),
    'off',
    'on | off. Whether the service is a subgraph of a supergraph, and gateways read users by id (docs/supergraph.md).',
  ),
  USER_PUBLIC_FIELDS: setting(
    checked(
      (value) => splitList(value).every(isPublishable),
      `may name these fields of User, separated by commas: ${publishableFields.join(', ')}`,
    ),
    '(none: nothing but the id)',
    `What everyone who knows the id of a user may read of that user through a supergraph, as firstName,location. Possible: ${publishableFields.join(', ')}. Users themselves read everything.`,
  ),
} as const;

export interface SubgraphConfig {
  readonly federation: boolean;
  readonly userPublicFields: readonly PublishableField[];
}

export function readSubgraph(
  { FEDERATION, USER_PUBLIC_FIELDS }: SettingValues<typeof subgraphSettings>,
  { warn }: SettingsContext,
): SubgraphConfig {
  const federation = FEDERATION === 'on';
  const userPublicFields = splitList(USER_PUBLIC_FIELDS).filter(isPublishable);
  if (!federation && userPublicFields.length > 0) warn('USER_PUBLIC_FIELDS does nothing without FEDERATION=on.');
  return { federation, userPublicFields };
}
