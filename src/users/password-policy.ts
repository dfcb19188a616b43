import { dictionary } from '@zxcvbn-ts/language-common';
import { normalizedPassword } from './normalized-password.js';

const SHORTEST = 8;
const LONGEST = 256;

let commonPasswords: ReadonlySet<string> | undefined;

/** Loaded with the first registration: the start does not wait for it. */
function isCommon(password: string): boolean {
  commonPasswords ??= new Set(dictionary['passwords-common'].filter((word) => word.length >= SHORTEST));
  return commonPasswords.has(password.toLowerCase());
}

/** Passwords that are known to attackers. */
export interface BreachedPasswords {
  has(password: string): Promise<boolean>;
}

/** What a new password must be. Length and popularity count, composition does not (NIST SP 800-63B). */
export class PasswordPolicy {
  readonly #breached: BreachedPasswords | null;

  constructor(breached: BreachedPasswords | null) {
    this.#breached = breached;
  }

  /** What is wrong with a new password, or null. It is judged in the form that will be hashed (password.ts). */
  async problem(typed: string): Promise<string | null> {
    const password = normalizedPassword(typed);
    const length = [...password].length;
    if (length === 0) return 'This field may not be blank.';
    if (length < SHORTEST) return `This password is too short. It must contain at least ${SHORTEST} characters.`;
    if (length > LONGEST) return `This password is too long. It may contain at most ${LONGEST} characters.`;
    if (isCommon(password)) return 'This password is too common.';
    return (await this.#breached?.has(password)) ? 'This password is known from a data breach.' : null;
  }
}
