import { dictionary } from '@zxcvbn-ts/language-common';

/** Unpacking the list takes a while, so this module is imported when it is first needed. */
export const commonPasswords: readonly string[] = dictionary['passwords-common'];
