import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, problemsOf, register } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Other people see names: in a list, in a message, on a console. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

let serial = 0;
function apply(names: Record<string, string>) {
  serial += 1;
  return register(service, form({ email: `name-${serial}@example.com`, ...names }));
}

const BLANK = 'This field may not be blank.';
const CONTROL = 'Enter a name without control characters.';
const DIRECTION = 'Enter a name without characters that change the direction of text.';
const TAGS = 'Enter a name without invisible letters.';

const codePoints = (...points: readonly number[]) => String.fromCodePoint(...points);

describe('a name that shows nothing is blank', () => {
  const blanks: readonly [name: string, text: string][] = [
    ['spaces', ' \u00a0\u2003\u3000'],
    ['a zero-width space', '\u200b'],
    ['joiners', '\u200c\u200d'],
    ['a byte order mark', '\ufeff'],
    ['word joiners', '\u2060\u2061\u2064'],
    ['soft hyphens', '\u00ad\u00ad'],
    ['direction marks', '\u200e\u200f\u061c'],
    ['a Hangul filler', '\u3164'],
    ['a half-width Hangul filler', '\uffa0'],
    ['Hangul jamo fillers', '\u115f\u1160'],
    ['an empty braille pattern', '\u2800'],
    ['a variation selector', '\ufe0f'],
    ['a combining grapheme joiner', '\u034f'],
    ['a Mongolian vowel separator', '\u180e'],
    ['an empty note head', codePoints(0x1d159)],
    ['tags', codePoints(0xe0061, 0xe007f)],
    ['marks without a letter', '\u0301\u0316'],
    ['a mixture', '\u200b \u3164\u2800\ufe0f'],
  ];
  test.each(blanks)('%s', async (_name, text) => {
    expect(problemsOf(await apply({ firstName: text, lastName: text }))).toEqual({ firstName: BLANK, lastName: BLANK });
  });
});

describe('a name that changes what stands around it is refused', () => {
  const refused: readonly [name: string, text: string, message: string][] = [
    ['a direction override', 'Asha\u202egnp.exe', DIRECTION],
    ['an embedding', '\u202bAsha', DIRECTION],
    ['an isolate', '\u2066Asha\u2069', DIRECTION],
    ['half of a character', 'Asha\ud83d', CONTROL],
    ['the other half', '\ude00Asha', CONTROL],
    ['a line separator', 'Asha\u2028Rai', CONTROL],
    ['a paragraph separator', 'Asha\u2029Rai', CONTROL],
    ['a line break', 'Asha\nRai', CONTROL],
    ['a C1 control character', 'Asha\u0085Rai', CONTROL],
    ['a noncharacter', 'Asha\uffff', CONTROL],
    ['an annotation', 'Asha\ufff9Rai\ufffb', CONTROL],
    ['a deprecated format character', 'Asha\u206a', CONTROL],
    ['hidden letters', `Asha${codePoints(0xe0061, 0xe0062, 0xe0063)}`, TAGS],
    ['hidden letters behind a flag that is none', `${codePoints(0x1f3f4, 0xe0061)}Asha`, TAGS],
  ];
  test.each(refused)('%s', async (_name, text, message) => {
    expect(problemsOf(await apply({ firstName: text }))).toEqual({ firstName: message });
  });
});

describe('a name that people have is welcome', () => {
  const names: readonly [name: string, text: string][] = [
    ['apostrophe, hyphen, tilde, Han', "O'Brien-Ñ 李"],
    ['a family', '👩‍👩‍👧‍👦'],
    ['a flag', '🇳🇵'],
    ['a flag of tags', `${codePoints(0x1f3f4, 0xe0067, 0xe0062, 0xe0073, 0xe0063, 0xe0074, 0xe007f)}`],
    ['a keycap and a skin tone', '1️⃣ 👍🏽'],
    ['a Persian name with a non-joiner', 'علی\u200cرضا'],
    ['Devanagari with a joiner', 'क्\u200dष'],
    ['Sinhala with a joiner', 'ශ්\u200dරී'],
    ['Hebrew with a direction mark', 'דוד\u200f'],
    ['decomposed letters', 'Jose\u0301'],
    ['Vietnamese', 'Nguyễn Thị Hương'],
    ['Hangul in jamo', '\u1100\u1161'],
    ['one sign', '-'],
    ['digits', '7'],
    ['Mongolian', 'ᠮᠣᠩᠭᠣᠯ\u180b'],
    ['Han beyond the basic plane', '𠮷'],
  ];
  test.each(names)('%s', async (_name, text) => {
    expect(await apply({ firstName: text, lastName: `${text}\u200b` })).toMatchObject({
      __typename: 'RegisterSuccess',
      user: { firstName: text },
    });
  });
});
