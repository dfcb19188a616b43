import { type SettingValues, setting, text } from '../platform/setting.js';

export const userSettings = {
  BREACHED_PASSWORDS_FILE: setting(
    text,
    '(none)',
    'File of SHA-1 hashes of breached passwords, one a line in ascending order, as Have I Been Pwned offers it.',
  ),
} as const;

export interface UserConfig {
  readonly breachedPasswordsFile: string | null;
}

export function readUsers({ BREACHED_PASSWORDS_FILE }: SettingValues<typeof userSettings>): UserConfig {
  return { breachedPasswordsFile: BREACHED_PASSWORDS_FILE ?? null };
}
