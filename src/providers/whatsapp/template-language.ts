/** Regions whose Chinese is written in a script: our locales name the script, and Meta's languages the region. */
const regionsByScript: ReadonlyMap<string, readonly string[]> = new Map([
  ['zh-Hans', ['zh_CN']],
  ['zh-Hant', ['zh_TW', 'zh_HK']],
]);

/**
 * The language of a template for a locale: the same language, wherever it is spoken, or else the first of the list.
 * @param locale BCP 47
 * @param languages in Meta's codes
 */
export function templateLanguage(locale: string, languages: readonly string[]): string | undefined {
  return exactly(locale, languages) ?? nearly(locale, languages) ?? languages[0];
}

function exactly(locale: string, languages: readonly string[]): string | undefined {
  return [...(regionsByScript.get(locale) ?? []), locale.replace('-', '_')].find((each) => languages.includes(each));
}

function nearly(locale: string, languages: readonly string[]): string | undefined {
  // Readers of one script may not read the other.
  if (regionsByScript.has(locale)) return undefined;
  const [language = ''] = locale.split('-');
  return languages.find((each) => each === language) ?? languages.find((each) => each.startsWith(`${language}_`));
}
