import fc from 'fast-check';
import google from 'google-libphonenumber';
import type { CountryCode } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import { type PhoneNumberReading, readPhoneNumber } from '../../src/phone/phone-number.js';
import { TestPhones } from '../../src/phone/test-phones.js';

/** The service reads what Google's libphonenumber reads, in every region, and reads the same number. */

const { PhoneNumberFormat: Format, PhoneNumberType: Type } = google;
const util = google.PhoneNumberUtil.getInstance();
const ACCEPTED = [Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.VOIP, Type.FIXED_LINE];

/** Numbers that the metadata of libphonenumber-js lacks: its release is not the one of google-libphonenumber. */
const METADATA_DIFFERS = ['+22985751234', '+2631312345'];

type Form = readonly [name: string, write: (number: google.PhoneNumber) => string];

const international = (number: google.PhoneNumber) => util.format(number, Format.INTERNATIONAL);
const national = (number: google.PhoneNumber) => util.format(number, Format.NATIONAL);
const callingCode = (number: google.PhoneNumber) => String(number.getCountryCode());
const afterCode = (number: google.PhoneNumber) =>
  international(number)
    .slice(callingCode(number).length + 1)
    .trim();

const WITH_COUNTRY_CODE: readonly Form[] = [
  ['E.164', (number) => util.format(number, Format.E164)],
  ['international', international],
  ['with 00', (number) => `00${util.format(number, Format.E164).slice(1)}`],
  ['country code in brackets', (number) => `(+${callingCode(number)}) ${afterCode(number)}`],
  [
    'country code in brackets, no spaces',
    (number) => `(+${callingCode(number)})${afterCode(number).replace(/\D/g, '')}`,
  ],
  ['country code in brackets, then the national form', (number) => `(+${callingCode(number)}) ${national(number)}`],
  ['plus before the brackets', (number) => `+(${callingCode(number)}) ${afterCode(number)}`],
  ['00 in brackets', (number) => `(00${callingCode(number)}) ${afterCode(number)}`],
  ['RFC 3966', (number) => util.format(number, Format.RFC3966)],
  [
    'RFC 3966 with a context',
    (number) => `tel:${util.getNationalSignificantNumber(number)};phone-context=+${callingCode(number)}`,
  ],
  ['dots', (number) => international(number).replace(/[ -]/g, '.')],
  ['slashes', (number) => international(number).replace(/[ -]/g, '/')],
  ['en dashes', (number) => international(number).replace(/[ -]/g, '\u2013')],
  ['a comma after it', (number) => `${international(number)},`],
  ['a full stop after it', (number) => `${international(number)}.`],
  ['quotation marks', (number) => `\u201c${international(number)}\u201d`],
  ['brackets around it', (number) => `[${international(number)}]`],
  ['a space after the plus', (number) => international(number).replace('+', '+ ')],
  ['two plus signs', (number) => `+${international(number)}`],
  [
    'as WhatsApp copies it',
    (number) => `\u202a${international(number).replace(/ /g, '\u00a0').replace(/-/g, '\u2011')}\u202c`,
  ],
];

const WITHIN_THE_REGION: readonly Form[] = [
  ['national', national],
  ['national, digits only', (number) => national(number).replace(/\D/g, '')],
  ['without the trunk prefix', (number) => util.getNationalSignificantNumber(number)],
  ['national, a comma after it', (number) => `${national(number)},`],
  ['international', international],
  ['country code without plus', (number) => util.format(number, Format.E164).slice(1)],
  ['national as a link', (number) => `tel:${national(number)}`],
];

const REFUSED: readonly Form[] = [
  ['an extension', (number) => `${international(number)} ext. 5`],
  ['an extension by x', (number) => `${international(number)}x5`],
  ['an extension of a link', (number) => `${util.format(number, Format.RFC3966)};ext=5`],
  ['a word before it', (number) => `call ${international(number)}`],
  ['a label before it', (number) => `Tel: ${international(number)}`],
  ['a word after it', (number) => `${international(number)} please`],
  ['a letter for the last digit', (number) => `${international(number).slice(0, -1)}A`],
  ['two numbers', (number) => `${international(number)}, ${international(number)}`],
];

interface Example {
  readonly region: string;
  readonly number: google.PhoneNumber;
}

function exampleOf(region: string, type: google.PhoneNumberType): Example[] {
  const number = util.getExampleNumberForType(region, type);
  return number?.getNationalNumber() ? [{ region, number }] : [];
}

const examples = util.getSupportedRegions().flatMap((region) => ACCEPTED.flatMap((type) => exampleOf(region, type)));

function read(typed: string, region: string | null): PhoneNumberReading {
  const defaultRegion = region as CountryCode | null;
  const rules = { defaultRegion, exampleCountry: 'NP' as const, testPhones: new TestPhones(new Map(), null) };
  return readPhoneNumber(typed, rules, new Date());
}

/** The E.164 form if the service reads the text, otherwise the kind of problem. */
function outcome(typed: string, region: string | null): string {
  const reading = read(typed, region);
  return reading.kind === 'phone_number' ? reading.phoneNumber : reading.kind;
}

const e164 = ({ number }: Example) => util.format(number, Format.E164);
const known = examples.filter((example) => outcome(e164(example), null) !== 'invalid');

test('Google has examples from more than 240 regions, and the service reads them', () => {
  expect(new Set(known.map(({ region }) => region)).size).toBeGreaterThan(240);
  const unknown = examples.filter((example) => !known.includes(example)).map(e164);
  expect([...new Set(unknown)].sort()).toEqual(METADATA_DIFFERS);
});

/** What Google reads; null if it reads no valid number. */
function googleReads(typed: string, region: string): string | null {
  try {
    const number = util.parse(typed, region);
    return util.isValidNumber(number) ? util.format(number, Format.E164) : null;
  } catch {
    return null;
  }
}

interface Misread {
  readonly typed: string;
  readonly outcome: string;
  readonly wanted: string | null;
}

/** The texts that the service does not read as it should. */
function misread(check: (example: Example) => Misread): Misread[] {
  return known.map(check).filter(({ outcome, wanted }) => outcome !== wanted);
}

describe('in every region', () => {
  test.each(WITH_COUNTRY_CODE)('%s: is the number, without a default region', (_name, write) => {
    const wrong = misread((example) => {
      const typed = write(example.number);
      return { typed, outcome: outcome(typed, null), wanted: e164(example) };
    });
    expect(wrong).toEqual([]);
  });

  // A few numbers without a plus sign have two meanings. Google's choice counts.
  test.each(WITHIN_THE_REGION)('%s: is the number, with its region as the default', (_name, write) => {
    const wrong = misread(({ region, number }) => {
      const typed = write(number);
      return { typed, outcome: outcome(typed, region), wanted: googleReads(typed, region) };
    });
    expect(wrong).toEqual([]);
  });

  test.each(REFUSED)('%s: is refused', (_name, write) => {
    const wrong = misread(({ number }) => {
      const typed = write(number);
      return { typed, outcome: outcome(typed, null), wanted: 'invalid' };
    });
    expect(wrong).toEqual([]);
  });
});

test('other numbers than the examples, too: what Google reads, the service reads as the same number', () => {
  const change = fc.record({
    example: fc.constantFrom(...known),
    digits: fc.stringMatching(/^\d{3}$/),
    abroad: fc.constantFrom(...WITH_COUNTRY_CODE),
    within: fc.constantFrom(...WITHIN_THE_REGION),
  });
  let compared = 0;
  fc.assert(
    fc.property(change, ({ example: { region, number: base }, digits, abroad, within }) => {
      const number = util.parse(util.format(base, Format.E164).slice(0, -3) + digits);
      const wanted = util.format(number, Format.E164);
      const accepted = util.isValidNumberForRegion(number, region) && ACCEPTED.includes(util.getNumberType(number));
      fc.pre(accepted && outcome(wanted, null) !== 'invalid');
      compared += 1;
      expect(outcome(abroad[1](number), null)).toBe(wanted);
      const typed = within[1](number);
      expect(outcome(typed, region)).toBe(googleReads(typed, region));
    }),
    { numRuns: 3_000, seed: 12 },
  );
  expect(compared).toBe(3_000);
});
