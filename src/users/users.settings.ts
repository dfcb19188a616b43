import { type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { countsAsWord } from './words-of.js';

export const userSettings = {
  BREACHED_PASSWORDS_FILE: setting(
    text,
    '(none)',
    'File of SHA-1 hashes of breached passwords, one a line in ascending order, as Have I Been Pwned offers it.',
  ),
  PASSWORD_WORDS: setting(
    text,
    '(none)',
    'Comma-separated words that no password may be made of, such as names of your products. SERVICE_NAME is one already.',
  ),
} as const;

export interface UserConfig {
  readonly breachedPasswordsFile: string | null;
  /** Words that no password may be made of. */
  readonly passwordWords: readonly string[];
}

export function readUsers(values: SettingValues<typeof userSettings>, { complain }: SettingsContext): UserConfig {
  const passwordWords = splitList(values.PASSWORD_WORDS);
  const tooShort = passwordWords.filter((word) => !countsAsWord(word));
  if (tooShort.length > 0) {
    complain(
      `PASSWORD_WORDS has ${tooShort.join(', ')}: too short, too many passwords have it. Write three letters or more.`,
    );
  }
  return { breachedPasswordsFile: values.BREACHED_PASSWORDS_FILE ?? null, passwordWords };
}
