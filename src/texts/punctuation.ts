/** How a script ends sentences, joins them, and marks what is inside them. */
export interface Punctuation {
  /** Ends a sentence. Empty: the space behind it does. */
  readonly fullStop: '.' | '।' | '۔' | '።' | '。' | '';
  /** Stands between two sentences. */
  readonly space: ' ' | '';
  /** Stands between the name of the service and what it says. */
  readonly colon: ': ' | '：';
  /** Stand around an addition in the middle of a sentence. */
  readonly brackets: readonly [open: ' (' | '（', close: ')' | '）'];
}

const spaced = { space: ' ', colon: ': ', brackets: [' (', ')'] } as const;

export const western: Punctuation = { ...spaced, fullStop: '.' };
/** Hindi, Nepali and Bengali. Marathi uses the western full stop. */
export const danda: Punctuation = { ...spaced, fullStop: '।' };
export const urdu: Punctuation = { ...spaced, fullStop: '۔' };
export const ethiopic: Punctuation = { ...spaced, fullStop: '።' };
/** Thai has spaces between sentences and none between words. */
export const thai: Punctuation = { ...spaced, fullStop: '' };
/** Chinese and Japanese: the signs are as wide as letters and hold their own space. */
export const wide: Punctuation = { fullStop: '。', space: '', colon: '：', brackets: ['（', '）'] };
