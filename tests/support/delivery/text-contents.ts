import fc from 'fast-check';
import { textSettings } from '../../../src/texts/texts.settings.js';
import { supportedLocales } from '../../../src/texts/locale.js';
import type { OtpTextContent } from '../../../src/texts/otp-text.js';

const chosenNames = [
  ...['Acme', 'Acme Inc.', 'A', 'Ac@me #1', '$& $1 $`', '{{name}} %s {0}', '<b>Acme</b> &amp;', '"Acme"', 'null'],
  ...['أكمي', 'אקמה (2)', 'اکمے 24', 'मेरो पसल', 'Açaí', '€uro [1]', '😀👩‍👩‍👧', 'Кошелёк', 'Acme International 1'],
];
/** Whatever SERVICE_NAME accepts. */
const names = fc
  .oneof(fc.constantFrom(...chosenNames), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  .map((name) => textSettings.SERVICE_NAME.schema.safeParse(name).data)
  .filter((name) => name !== undefined);
const domains = fc.constantFrom('a.io', 'acme.com', 'app.example.com', 'accounts.acme-international.io');
const hashes = fc
  .array(fc.constantFrom(...'ABCxyz+/019'), { minLength: 11, maxLength: 11 })
  .map((letters) => letters.join(''));
const codes = fc.integer({ min: 0, max: 999_999 }).map((number) => String(number).padStart(6, '0'));

/** Everything that a message can be written from. */
export const contents: fc.Arbitrary<OtpTextContent> = fc.record({
  code: codes,
  locale: fc.constantFrom(...supportedLocales),
  minutesLeft: fc.integer({ min: 1, max: 60 }),
  serviceName: fc.option(names),
  webOtpDomain: fc.option(domains),
  androidAppHash: fc.option(hashes),
});

/** Checks what must hold whatever a message is written from. */
export function always(holds: (content: OtpTextContent) => void, numRuns = 500): void {
  fc.assert(fc.property(contents, holds), { numRuns });
}
