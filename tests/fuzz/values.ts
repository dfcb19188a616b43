import fc from 'fast-check';

/** Strings that services have choked on. */
const NASTY = [
  ...[
    '',
    ' ',
    '\t\r\n',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00x',
    '\ufffe\uffff',
    '\u202etxt.exe',
    '\u200b',
    '\u0001\u007f',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '[object Object]'],
  ...[
    '0',
    '-0',
    '1e309',
    '9007199254740993',
    '-1',
    '0x10',
    '1.5',
    '٣٤٥٦٧٨',
    '１２３４５６',
    '123 456',
    '12-34-56',
    '000000',
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE users; --',
    '$1',
    '%s%n',
    '#{7*7}',
    '{{user}}',
    '../../etc/passwd',
    '<script>',
    '\\',
    '\\x00',
  ],
  ...[
    '%',
    '_',
    '%%%%',
    '\\%',
    'İ',
    'ß',
    'ﬁ',
    'e\u0301',
    'ा',
    '👩‍👩‍👧‍👦',
    '𝟙𝟚𝟛',
    '\u{10ffff}',
    'ﷺ'.repeat(50),
    'a\u0301'.repeat(300),
  ],
  ...['x'.repeat(255), 'x'.repeat(257), 'x'.repeat(5_000), '9'.repeat(5_000), 'é'.repeat(20_000), '('.repeat(3_000)],
];

/**
 * Texts that are nearly as long as a body may be, and take long where something is done to each part of them. Marks are put
 * in order when a text is normalized, which takes time by the square of their number.
 */
const LONG = [
  `a${'\u0316\u0300'.repeat(15_000)}`,
  `+977980${'\u0316\u0300'.repeat(10_000)}`,
  `a@b.${'\u0316\u0300'.repeat(10_000)}`,
  `${'123456 '.repeat(20)}${'\u0316\u0300'.repeat(5_000)}`,
  '\ufdfa'.repeat(18_000),
  '𝟿'.repeat(14_000),
  `1${' '.repeat(55_000)}x`,
  `${'\u200b'.repeat(18_000)}1`,
  'a@a.'.repeat(14_000),
  '(-'.repeat(28_000),
  'a.'.repeat(28_000),
  '["'.repeat(14_000),
  // At the limits of single texts.
  ...[64, 150, 256, 320, 1_024, 4_096].flatMap((length) => [
    'a'.padEnd(length, '\u0316\u0300'),
    '\ufdfa'.repeat(length),
  ]),
];

/** What the service knows what to do with; the fuzzed service replaces the words in braces. */
const PLAUSIBLE: Readonly<Record<string, readonly string[]>> = {
  phoneNumber: [
    '+9779800000000',
    '+255679190720',
    '+15005550008',
    '00977 980-0000000',
    '+14155550123',
    '9800000000',
    '+9779800000001',
    'tel:980-0000000;phone-context=+977',
    '1312345;phone-context=+263',
  ],
  otp: ['123456', '000000', '１２３４５６'],
  verificationCode: ['123456', '999999'],
  email: [
    'a@example.com',
    'b@example.com',
    'A@EXAMPLE.COM',
    `${'a'.repeat(64)}@example.com`,
    '"a b"@example.com',
    'ü@exämple.com',
  ],
  identifier: ['a@example.com', '+9779800000000', 'somebody', '@', '+'],
  username: ['somebody', 'some.body', 'SOMEBODY'],
  password: ['SecurePassword123!', 'another long one', 'short'],
  passwordConfirm: ['SecurePassword123!', 'another long one'],
  newPassword: ['SecurePassword123!', 'another long one'],
  newPasswordConfirm: ['SecurePassword123!', 'another long one'],
  currentPassword: ['SecurePassword123!'],
  firstName: ['Rishi', 'ऋषि'],
  lastName: ['Khatri'],
  locale: ['ne', 'en-US', 'es-419', 'x-klingon', 'zh-Hant-TW-u-ca-chinese', 'a'.repeat(300)],
  countryCode: ['NP', 'np', 'ZZ', 'İİ'],
  search: ['pok', 'łódź', '%', '_', '\\', ' - '],
  after: ['{cursor}', 'e30', 'bnVsbA', 'WzEsMiwzXQ', '===='],
  refreshToken: ['{refreshToken}', '{accessToken}', 'a.b.c', 'a'.repeat(3_000)],
  id: ['00000000-0000-0000-0000-000000000000', '{sessionId}', 'not-a-uuid', '1'],
};

/** Half of them are marks: so short a run as that of the tests has to meet every field with them. */
const longString = fc.oneof(fc.constantFrom(...LONG), fc.constantFrom(...LONG.slice(0, 3)));

export const nastyString: fc.Arbitrary<string> = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: longString },
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  // Halves of characters, which JSON can spell and UTF-8 cannot.
  { weight: 3, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map((parts) => parts.join('')),
  },
);

/** Any JSON, keys of prototypes and deep nesting included. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: nastyString },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 2 ** 31, -(2 ** 53), [], {}, [null], [[]]),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...NASTY.slice(0, 20), 'input', 'phoneNumber'), nastyString, {
      maxKeys: 4,
    }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_000 }).map((depth) => nested(depth)) },
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** A value for an argument or input field of this name: mostly one that gets far. */
export function stringFor(name: string): fc.Arbitrary<string> {
  const plausible = PLAUSIBLE[name];
  if (!plausible) return nastyString;
  return fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...plausible) },
    { weight: 6, arbitrary: nastyString },
    { weight: 1, arbitrary: longString },
  );
}
