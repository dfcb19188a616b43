import { readFileSync } from 'node:fs';
import {
  buildSchema,
  extendSchema,
  type GraphQLEnumType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AccountsError, createAccounts, memoryStorage } from '../../client/src/index.js';
import { loadTexts, messageFor, messagesByField, type Texts, withTexts } from '../../client/src/messages.js';
import { en } from '../../client/src/messages/en.js';
import { type Locale, pluralForms, supportedLocale, supportedLocales } from '../../src/texts/locale.js';
import { startService, type TestService } from '../support/service.js';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
let service: TestService;
let texts: ReadonlyMap<Locale, Texts>;
beforeAll(async () => {
  service = await startService();
  texts = new Map(
    await Promise.all(supportedLocales.map(async (locale) => [locale, await loadTexts(locale)] as const)),
  );
});
afterAll(() => service.close());

const textsIn = (locale: Locale) => texts.get(locale) ?? en;

/** What a schema can say and a language has no text for. */
function missing(from: GraphQLSchema, { fields, failures, reasons }: Texts): string[] {
  const valuesOf = (name: string) => (from.getType(name) as GraphQLEnumType).getValues().map((value) => value.name);
  const failureNames = from.getPossibleTypes(from.getType('UserError') as GraphQLInterfaceType).map(({ name }) => name);
  const isMissing = (own: Readonly<Record<string, string>>) => (name: string) => !own[name]?.trim();
  return [
    ...valuesOf('FieldErrorCode').filter(isMissing(fields)),
    ...failureNames.filter(isMissing(failures)),
    ...valuesOf('DestinationRefusal').filter(isMissing(reasons)),
  ];
}

test.each(supportedLocales)('%s: every code of a field and every failure has a text', (locale) => {
  expect(textsIn(locale).locale).toBe(locale);
  expect(missing(schema, textsIn(locale))).toEqual([]);
});

test('a code, a failure or a reason that the schema gains is missed', () => {
  const grown = extendSchema(
    schema,
    parse(`extend enum FieldErrorCode { TOO_NEW } extend enum DestinationRefusal { TOO_FAR }
      type TooNewError implements UserError { message: String! }`),
  );
  expect(missing(grown, en)).toEqual(['TOO_NEW', 'TooNewError', 'TOO_FAR']);
});

test.each(supportedLocales)('%s: attempts have all forms of plurals, and times their place', (locale) => {
  const { attempts, tryAgain, minimum, maximum } = textsIn(locale);
  expect(Object.keys(attempts)).toEqual(expect.arrayContaining([...pluralForms[locale]]));
  expect(tryAgain).toContain('{when}');
  for (const text of [minimum, maximum, attempts.other]) expect(text).toContain('{n}');
  expect(messageFor({ __typename: 'TooManyRequestsError', retryAfterSeconds: 300 }, textsIn(locale))).toMatch(/\b5\b/);
});

test.each(supportedLocales.filter((locale) => locale !== 'en'))('%s: no text was left in English', (locale) => {
  const all = ({ fields, failures, reasons, errors, ...others }: Texts) =>
    [fields, failures, reasons, errors, others].flatMap((part) => Object.entries(part)).map(([, text]) => text);
  const english = new Set(all(en));
  expect(all(textsIn(locale)).filter((text) => english.has(text))).toEqual([]);
});

test('somebody who mistypes a code is told how many attempts are left, and then to ask for a new code', async () => {
  const accounts = createAccounts({ url: `${service.url}/graphql`, storage: memoryStorage() });
  await accounts.requestOtp({ phoneNumber: '+255679190750' });
  const wrong = service.phone.code('+255679190750') === '000000' ? '111111' : '000000';
  const told: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const failure = await accounts.verifyOtp({ otp: wrong });
    told.push(messageFor(failure, en), messageFor(failure, textsIn('de')));
  }
  expect(told).toEqual([
    'This code is wrong or has expired. 2 attempts left.',
    'Dieser Code ist falsch oder abgelaufen. Noch 2 Versuche.',
    'This code is wrong or has expired. 1 attempt left.',
    'Dieser Code ist falsch oder abgelaufen. Noch 1 Versuch.',
    'This code is wrong or has expired. Request a new code.',
    'Dieser Code ist falsch oder abgelaufen. Fordern Sie einen neuen Code an.',
  ]);
});

test('somebody who asks for a code too soon is told when to try again', async () => {
  const accounts = createAccounts({ url: `${service.url}/graphql`, storage: memoryStorage() });
  await accounts.requestOtp({ phoneNumber: '+255679190751' });
  const failure = await accounts.requestOtp({ phoneNumber: '+255679190751' });
  expect(messageFor(failure, en)).toMatch(/^Too many attempts\. Try again in \d+ seconds\.$/);
  expect(messageFor(failure, textsIn('ru'))).toMatch(
    /^Слишком много попыток\. Попробуйте ещё раз через \d+ секунд[уы]?\.$/,
  );
});

test('beside each field stands what is wrong with it', async () => {
  const accounts = createAccounts({ url: `${service.url}/graphql`, storage: memoryStorage() });
  const result = await accounts.register({ phoneNumber: '0679190752', password: 'abc', passwordConfirm: 'abd' });
  expect(result.__typename).toBe('InvalidInputError');
  if (result.__typename !== 'InvalidInputError') return;
  expect(messageFor(result, textsIn('sw'))).toBe('Tafadhali kagua ulichoandika.');
  expect(messagesByField(result, en)).toMatchObject({
    phoneNumber: 'Begin with + and the country code.',
    password: 'This is too short. Minimum length: 8.',
    passwordConfirm: 'The two entries differ.',
    email: 'Please fill this in.',
  });
});

test.each([
  ['ar', 2, 'بقيت محاولتان.'],
  ['ar', 3, 'بقيت 3 محاولات.'],
  ['ru', 1, 'Осталась 1 попытка.'],
  ['ru', 2, 'Осталось 2 попытки.'],
  ['ru', 5, 'Осталось 5 попыток.'],
  ['vi', 1, 'Còn 1 lần thử.'],
  ['pl', 1, 'Pozostała 1 próba.'],
  ['pl', 3, 'Pozostały 3 próby.'],
  ['pl', 5, 'Pozostało 5 prób.'],
  ['uk', 2, 'Залишилося 2 спроби.'],
  ['uk', 5, 'Залишилося 5 спроб.'],
  ['nl', 1, 'Nog 1 poging over.'],
  // No space between sentences.
  ['zh-Hans', 2, '。还可以尝试 2 次。'],
  ['ja', 2, '。あと 2 回試せます。'],
  ['ko', 2, '. 2번 더 시도할 수 있습니다.'],
] as const)('%s: %i attempts have their form', (locale, attemptsRemaining, end) => {
  expect(messageFor({ __typename: 'InvalidCredentialsError', attemptsRemaining }, textsIn(locale))).toMatch(
    new RegExp(`${end.replaceAll('.', '\\.')}$`),
  );
});

test('times are rounded up to seconds, minutes and hours', () => {
  const when = (retryAfterSeconds: number) => messageFor({ __typename: 'AccountLockedError', retryAfterSeconds }, en);
  expect(
    [0, 90, 91, 3601, 5401].map(when).map((text) => text.replace('Too many wrong attempts. Try again ', '')),
  ).toEqual(['in 1 second.', 'in 90 seconds.', 'in 2 minutes.', 'in 61 minutes.', 'in 2 hours.']);
});

test('what a newer service adds is told in its own words', () => {
  expect(messageFor({ __typename: 'TooNewError', message: 'Wait for the moon' }, en)).toBe('Wait for the moon');
  expect(messageFor({ __typename: 'constructor', message: 'Wait for the moon' }, en)).toBe('Wait for the moon');
  const fields = [{ field: 'otp', code: 'TOO_NEW' as 'BLANK', message: 'Moon', minimum: null, maximum: null }];
  expect(messagesByField({ fields }, en)).toEqual({ otp: 'Moon' });
});

test('a network that fails, a service that limits and an error of the application have texts', () => {
  const limited = [{ message: 'no', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } }];
  expect(messageFor(new AccountsError('NETWORK'), en)).toBe('No connection. Please try again.');
  expect(messageFor(new AccountsError('RATE_LIMITED', { errors: limited }), en)).toBe(
    'Too many attempts. Try again in 60 seconds.',
  );
  for (const error of [new AccountsError('HTTP_502'), new TypeError('x is undefined')]) {
    expect(messageFor(error, en)).toBe('Something went wrong. Please try again later.');
  }
});

test('an application says some things in its own way', () => {
  const own = withTexts(en, {
    failures: { InvalidOtpError: 'Nope.' },
    attempts: { other: '{n} left.' },
    newCode: 'Again!',
  });
  const wrong = (attemptsRemaining: number) => messageFor({ __typename: 'InvalidOtpError', attemptsRemaining }, own);
  expect([2, 1, 0].map(wrong)).toEqual(['Nope. 2 left.', 'Nope. 1 attempt left.', 'Nope. Again!']);
  expect(messageFor({ __typename: 'InvalidTokenError' }, own)).toBe(en.failures.InvalidTokenError);
});

test('the first language of the user that there is decides, else English', async () => {
  const languageOf = async (...tags: string[]) => (await loadTexts(...tags)).locale;
  expect(await languageOf('ne-NP')).toBe('ne');
  expect(await languageOf('tl-PH', 'en')).toBe('fil');
  expect(await languageOf('yue-HK', 'zh_TW', 'en')).toBe('zh-Hant');
  expect(await languageOf('tlh', 'pt_BR', 'de')).toBe('pt');
  expect(await languageOf('constructor')).toBe('en');
  expect(await languageOf()).toBe('en');
});

const CHINESE = ['zh', 'zh-CN', 'zh-SG', 'zh-TW', 'zh_HK', 'zh-MO', 'zh-Hant-CN', 'zh-Hans-HK', 'ZH-hant', 'zh-Latn'];
test('a tag loads the language in which the service writes to it', async () => {
  for (const tag of [...CHINESE, 'zh-AU', 'cmn-TW', 'in', 'pt-BR', 'sr']) {
    const written = supportedLocale(tag.replace('_', '-')) ?? 'en';
    expect((await loadTexts(tag)).locale, tag).toBe(written);
  }
  vi.stubGlobal('Intl', { ...Intl, Locale: undefined });
  try {
    for (const tag of CHINESE) {
      expect((await loadTexts(tag)).locale, tag).toBe(
        /hant|tw|hk$|mo/i.test(tag) && tag !== 'zh-Hans-HK' ? 'zh-Hant' : 'zh-Hans',
      );
    }
  } finally {
    vi.unstubAllGlobals();
  }
});

test('a phone whose JavaScript knows no languages says it without times', () => {
  vi.stubGlobal('Intl', undefined);
  try {
    const wrong = (attemptsRemaining: number) =>
      messageFor({ __typename: 'InvalidCredentialsError', attemptsRemaining }, en);
    expect(wrong(1)).toBe('The name or the password is wrong. 1 attempt left.');
    expect(wrong(2)).toBe('The name or the password is wrong. 2 attempts left.');
    expect(messageFor({ __typename: 'TooManyRequestsError', retryAfterSeconds: 9 }, en)).toBe(
      'Too many attempts. Try again later.',
    );
  } finally {
    vi.unstubAllGlobals();
  }
});
