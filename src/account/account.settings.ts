import { number, type SettingValues, setting } from '../platform/setting.js';

const MOST_DAYS = 90;

export const accountSettings = {
  DELETION_GRACE: setting(
    number(0, 0, MOST_DAYS),
    '0',
    'Days between `deleteAccount` and the deletion. A sign-in meanwhile cancels it. 0 deletes at once.',
  ),
} as const;

export interface AccountConfig {
  /** Days. */
  readonly deletionGrace: number;
}

export function readAccount(values: SettingValues<typeof accountSettings>): AccountConfig {
  return { deletionGrace: values.DELETION_GRACE };
}
