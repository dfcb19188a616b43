import { type CountryCode, getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { expect, test } from 'vitest';
import { numbersOfCountry } from '../../src/phone/numbers-of-country.js';

/** Lists of users by country ask the database for beginnings of numbers. They must mean what reading a number means. */

const known = new Map(getCountries().map((country) => [country, numbersOfCountry(country)]));

function isOf(country: CountryCode, phoneNumber: string): boolean {
  const { prefixes = [], pattern = null, except = null } = known.get(country) ?? {};
  const begins = prefixes.some((prefix) => phoneNumber.startsWith(prefix));
  const has = (expression: string) => new RegExp(expression).test(phoneNumber);
  return begins && (pattern === null || has(pattern)) && !(except !== null && has(except));
}

const countriesOf = (phoneNumber: string) => getCountries().filter((country) => isOf(country, phoneNumber));

test('the example number of each country is of that country alone', () => {
  for (const country of getCountries()) {
    const example = getExampleNumber(country, examples);
    if (!example) continue;
    const read = parsePhoneNumberFromString(example.number);
    expect([example.number, countriesOf(example.number)]).toEqual([example.number, [read?.country]]);
  }
});

test.each([
  ['+1', 200, 999, '2345678'],
  ['+7', 300, 999, '2345678'],
  ['+44', 100, 799, '3456789'],
])(
  'numbers that begin with %s and anything behind it are of the country that reading them gives',
  (code, from, to, rest) => {
    const valid = Array.from({ length: to - from + 1 }, (_, index) => `${code}${from + index}${rest}`).flatMap(
      (number) => {
        const read = parsePhoneNumberFromString(number);
        return read?.isValid() && read.country ? [{ number, country: read.country }] : [];
      },
    );
    expect(valid.length).toBeGreaterThan(100);
    const wrong = valid.filter(({ number, country }) => !isOf(country, number));
    expect(wrong).toEqual([]);
  },
);

test('what is no country has no numbers', () => {
  for (const code of ['', 'XX', 'np', '001', '__proto__']) expect(numbersOfCountry(code)).toBeNull();
});
