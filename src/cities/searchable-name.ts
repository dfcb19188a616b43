import { normalized } from '../platform/normalized.js';
import { textLimits } from '../platform/text-limits.js';

/** Names and searches that are longer than this once made searchable are no place's: GeoNames allows 200 characters. */
export const LONGEST_SEARCHABLE_NAME = textLimits.SEARCH.maximum;

/** Letters that a keyboard without them replaces, but that Unicode does not decompose. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ə: 'e',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ς: 'σ',
};
const SPECIAL_LETTER = new RegExp(`[${Object.keys(PLAIN_LETTERS).join('')}]`, 'gu');

const APOSTROPHE = /[’‘‛ʻʼʽʾʿ`´′]/gu;
/** L'Hospitalet is also looked for as "hospitalet". */
const ELIDED_ARTICLE = /(?<![\p{L}\p{N}])([dl])'/gu;
const BETWEEN_WORDS = /[\s\p{Cc}\p{Pd}()[\]{}"“”„«»/.,;:]+/gu;

/**
 * A name as it is searched: lower case, without diacritics, words with one space between them. "Xi’an" becomes "xian",
 * "Łódź" "lodz", "Port-au-Prince" "port au prince". What people type goes through it too, so both meet; `%`, `_` and
 * `\` stay as they are. Empty: no place has this name, because it has no letter or is too long.
 */
export function searchableName(name: string): string {
  const plain = normalized(name.replace(APOSTROPHE, "'"), 'NFKD', LONGEST_SEARCHABLE_NAME) ?? '';
  return plain
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(SPECIAL_LETTER, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(ELIDED_ARTICLE, '$1 ')
    .replaceAll("'", '')
    .replace(BETWEEN_WORDS, ' ')
    .trim();
}
