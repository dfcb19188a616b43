import { BLANK, type FieldProblem, tooLong, tooShort } from '../platform/field-problems.js';
import { normalizedPassword } from './normalized-password.js';
import { isMadeOf } from './own-words.js';

const SHORTEST = 8;
const LONGEST = 256;

/** In characters. */
export const passwordLengths = { minimumLength: SHORTEST, maximumLength: LONGEST } as const;

const TOO_SHORT = tooShort(SHORTEST, `This password is too short. It must contain at least ${SHORTEST} characters.`);
const TOO_LONG = tooLong(LONGEST, `This password is too long. It may contain at most ${LONGEST} characters.`);
const TOO_COMMON: FieldProblem = { code: 'TOO_COMMON', message: 'This password is too common. Choose another one.' };
const BREACHED: FieldProblem = {
  code: 'BREACHED',
  message: 'This password is known from a data breach. Choose another one.',
};
const OWN_DATA: FieldProblem = {
  code: 'CONTAINS_OWN_DATA',
  message:
    'This password is easy to guess from your name, email address, phone number or country, or from our name. Choose another one.',
};

/** About the second password of a form. */
export const PASSWORDS_DIFFER: FieldProblem = { code: 'MISMATCH', message: 'The two passwords do not match.' };

let common: ReadonlySet<string> | undefined;

/** The list is loaded at the first registration, so that the start is fast. */
async function isCommon(password: string): Promise<boolean> {
  common ??= await loadCommon();
  return common.has(password.toLowerCase());
}

async function loadCommon(): Promise<ReadonlySet<string>> {
  const { commonPasswords } = await import('./common-passwords.js');
  return new Set(commonPasswords.filter((word) => word.length >= SHORTEST));
}

/** Passwords that attackers know. */
export interface BreachedPasswords {
  has(password: string): Promise<boolean>;
}

/** The rules for new passwords: length, popularity and own words, but not composition (NIST SP 800-63B). */
export class PasswordPolicy {
  readonly #breached: BreachedPasswords | null;
  readonly #words: readonly string[];

  /** @param words what an attacker who knows the service would try first (PASSWORD_WORDS) */
  constructor(breached: BreachedPasswords | null, words: readonly string[]) {
    this.#breached = breached;
    this.#words = words;
  }

  /**
   * The problem with a new password, or null. This checks the form that will be hashed (password.ts).
   *
   * @param ownTexts what an attacker who knows the account would try first: names, email address, number …
   */
  async problem(typed: string, ownTexts: readonly string[]): Promise<FieldProblem | null> {
    const password = normalizedPassword(typed);
    if (password === null) return TOO_LONG;
    const length = [...password].length;
    if (length === 0) return BLANK;
    if (length < SHORTEST) return TOO_SHORT;
    if (length > LONGEST) return TOO_LONG;
    if (await isCommon(password)) return TOO_COMMON;
    if (isMadeOf([...ownTexts, ...this.#words], password)) return OWN_DATA;
    return (await this.#breached?.has(password)) ? BREACHED : null;
  }
}
