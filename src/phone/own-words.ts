import { parsePhoneNumberWithError } from 'libphonenumber-js/max';

/** What a person might make a password of because of their number: its spellings, and names of its country. */
export function wordsOfNumber(phoneNumber: string): string[] {
  try {
    const parsed = parsePhoneNumberWithError(phoneNumber, { extract: false });
    const spellings = [parsed.number.slice(1), parsed.nationalNumber, parsed.formatNational().replace(/\D/g, '')];
    return [...spellings, ...namesOf(parsed.country)];
  } catch {
    // A test number need not be a number of any country.
    return [phoneNumber.replace(/\D/g, '')];
  }
}

/** In English and in the language that most people of the country speak. */
function namesOf(country: string | undefined): string[] {
  if (country === undefined) return [];
  const languages = ['en', new Intl.Locale(`und-${country}`).maximize().language];
  return languages.flatMap((language) => new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? []);
}
