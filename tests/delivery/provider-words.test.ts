import { expect, test } from 'vitest';
import { said } from '../../src/providers/provider-words.js';

/** Providers quote what they were sent. What is kept of their words names no number and holds no code. */

const CODE = '493817';

test.each([
  ["The 'To' number +9779800000000 is not a valid phone number.", "The 'To' number +… is not a valid phone number."],
  ['No route to +977 (980) 000-0000', 'No route to +…'],
  ['Message "493817 is your Acme code" was filtered', 'Message "… is your Acme code" was filtered'],
  ['Text: 493-817', 'Text: …'],
  ['Say: 4 , 9 , 3 , 8 , 1 , 7', 'Say: …'],
  ['Code ४९३८१७, code ４９３８１７, code ٤٩٣٨١٧', 'Code …, code …, code …'],
  ['<Digits>4</Digits>9&#51;&#56; HTTP 400', '<Digits>4</Digits>…; HTTP 400'],
  ['Body NDkzODE3IGlzIHlvdXIgQWNtZSBjb2Rl refused', 'Body … refused'],
  ['to%3D%2B9779800000000 refused', 'to%3D%2B… refused'],
  ['Mail for rishi.khatri@example.com is off', 'Mail for … is off'],
  ['line one\r\nline\ttwo\u0000\u202e end', 'line one line two end'],
  ['Insufficient credit (error 105)', 'Insufficient credit (error 105)'],
])('%j', (words, kept) => {
  expect(said(words)).toEqual({ providerMessage: kept });
});

test.each([null, undefined, '', '  ', '493817', '…', 7, { message: 'x' }])('nothing is kept of %j', (words) => {
  expect(said(words)).toEqual({});
});

test('a book is cut, and not within a number', () => {
  const { providerMessage = '' } = said(`${'word '.repeat(198)}on ${CODE} ${'7'.repeat(100_000)}`);
  expect(providerMessage.length).toBeLessThanOrEqual(200);
  expect(said(`${'1'.repeat(990)} wrong ${CODE}`)).toEqual({ providerMessage: '… wrong' });
});
