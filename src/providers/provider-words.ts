import { normalized } from '../platform/normalized.js';

/** Characters that are kept of what a provider said. */
const LONGEST = 200;
/** Characters that are read. Patterns run over them. */
const LONGEST_READ = 1_000;

/**
 * Four digits or more, with a few other characters between them, but no letters: a number in any spelling, or a code that is
 * written apart. Three digits tell nothing, and providers say such things as `HTTP 400`.
 */
const DIGITS = /\p{Nd}(?:[^\p{L}\p{Nd}]{0,8}\p{Nd}){3,}/gu;
/** Something encoded, which may hold what was sent. */
const ENCODED = /[\w+/=%.-]{25,}/gu;
const EMAIL_ADDRESS = /[^\s@<>"]{1,64}@[^\s@<>"]+/gu;
const LEFT_OUT = '…';

/**
 * What a provider said about a message, as it is stored for administrators. Providers quote what they were sent, so every digit
 * that could be part of a number or of a code is left out. Null: nothing is left.
 */
function providerWords(said: unknown): string | null {
  if (typeof said !== 'string') return null;
  // It may have been cut within a number.
  const read = said.slice(0, LONGEST_READ).replace(said.length > LONGEST_READ ? /[^\p{L}]*$/u : '', '');
  const text = (normalized(read, 'NFKC', LONGEST_READ) ?? '')
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replace(EMAIL_ADDRESS, LEFT_OUT)
    .replace(DIGITS, LEFT_OUT)
    .replace(ENCODED, LEFT_OUT)
    .trim();
  return /\p{L}/u.test(text) ? text.slice(0, LONGEST).trim() : null;
}

/** The same as a member of an outcome or a report, if anything is left. */
export function said(words: unknown): { readonly providerMessage?: string } {
  const providerMessage = providerWords(words);
  return providerMessage === null ? {} : { providerMessage };
}
