import { codeUses, emailUses } from '../src/texts/code-use.js';
import { languages } from '../src/texts/languages/languages.js';
import { type Locale, supportedLocales } from '../src/texts/locale.js';
import { type WrittenMessage, writeOtp } from '../src/texts/otp-message.js';
import { otpPhrases } from '../src/texts/otp-phrases.js';
import { type OtpTextContent, otpText } from '../src/texts/otp-text.js';
import { smsSize } from '../src/texts/sms-size.js';
import type { TextSettings } from '../src/texts/text-settings.js';
import { noticeExamples } from './notice-texts.js';

const HEAD = `# Texts by language

Written by \`npm run generate\` from \`src/texts/languages/\`. [Texts](texts.md) explains the channels, and how to
[correct a wording](texts.md#correct-a-wording).
`;

type Settings = Omit<TextSettings, 'defaultLocale'>;
const plain: Settings = { serviceName: null, webOtpDomain: null, androidAppHash: null };
const acme: Settings = { ...plain, serviceName: 'Acme' };
const site = { webOtpDomain: 'app.acme.com' };
const app = { androidAppHash: 'FA+9qCX9VSu' };
const longest: Settings = {
  ...plain,
  serviceName: 'Acme International 1',
  webOtpDomain: 'accounts.acme-international.io',
};

const columns: readonly (readonly [head: string, settings: Settings])[] = [
  ['no setting', plain],
  ['name of 4 letters', acme],
  ['name of 4, domain of 12', { ...acme, ...site }],
  ['name of 20, domain of 30', longest],
  ['name of 4, app', { ...acme, ...app }],
  ['name of 4, domain of 12, app', { ...acme, ...site, ...app }],
  ['name of 20, domain of 30, app', { ...longest, ...app }],
];

/** In the order of their English names. */
const names = new Intl.DisplayNames('en', { type: 'language' });
const named = supportedLocales
  .map((locale) => ({ locale, name: names.of(locale) ?? locale }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));

/** docs/texts-by-language.md. */
export function textsDocument(): string {
  return `${[HEAD, ...readers(), ...segmentsTable(), ...named.flatMap(({ locale, name }) => examples(locale, name))].join('\n').trimEnd()}\n`;
}

/** Who has read the words of which language. */
function readers(): string[] {
  const read = named.flatMap(({ locale, name }) => {
    const { nativeReader } = languages[locale];
    return nativeReader === null ? [] : [`| ${name} (\`${locale}\`) | ${nativeReader} |`];
  });
  const table = read.length === 0 ? [] : ['| language | read by |', '| --- | --- |', ...read, ''];
  return [
    '## Read by native speakers',
    '',
    `A native speaker has read ${read.length} of the ${named.length} languages. The words of the others were checked for their form only.`,
    'Let a native speaker read them before you rely on them.',
    '',
    ...table,
  ];
}

function segmentsTable(): string[] {
  const rows = named.map(({ locale, name }) => {
    const cells = columns.map(([, settings]) => most(locale, settings));
    return `| ${name} (\`${locale}\`) | ${smsSize(otpText(contentOf(locale, plain, 10))).alphabet} | ${cells.join(' | ')} |`;
  });
  const heads = ['language', 'alphabet', ...columns.map(([head]) => head)];
  return [
    '## Segments',
    '',
    'The most segments that a text is billed as, while its code has 60 minutes or less to live; in brackets its',
    'characters. With the hash of an Android app the service sends shorter texts, which leave something out:',
    '¹ when the code expires; ² also the long form of the warning; ³ of the sentence with the name only the name is left;',
    '⁴ the name too.',
    '',
    `| ${heads.join(' | ')} |`,
    `|${' --- |'.repeat(heads.length)}`,
    ...rows,
    '',
  ];
}

function most(locale: Locale, settings: Settings): string {
  const written = Array.from({ length: 60 }, (_, index) => {
    const content = contentOf(locale, settings, index + 1);
    const text = otpText(content);
    return { length: text.length, segments: smsSize(text).segments, leftOut: leftOut(text, content) };
  });
  const largest = (size: 'length' | 'segments' | 'leftOut') => Math.max(...written.map((each) => each[size]));
  return `${largest('segments')} (${largest('length')})${['', '¹', '²', '³', '⁴'][largest('leftOut')]}`;
}

/** How many parts of the full text are missing in this one, from 0 to 4. */
function leftOut(text: string, content: OtpTextContent): number {
  const { expiresIn, keepSecret, yourCode, name } = otpPhrases(content);
  const kept = [expiresIn, keepSecret, yourCode, name ?? yourCode].findIndex((phrase) => text.includes(phrase));
  return kept < 0 ? 4 : kept;
}

/** The messages of one language on each channel, for a service called Acme. */
function examples(locale: Locale, name: string): string[] {
  const content = contentOf(locale, acme, 10);
  const withAll = { ...content, ...site, ...app };
  const notices = noticeExamples(locale);
  return [
    `## ${name}`,
    '',
    ...block('Text; the same on WhatsApp', writeOtp('SMS', content)),
    ...block('Text with the lines for an Android app and a website', writeOtp('SMS', withAll)),
    ...codeUses.flatMap((use) => block(`Text with a code for ${use}`, writeOtp('SMS', { ...content, use }))),
    ...block('Call', writeOtp('VOICE', content)),
    ...block('Email', writeOtp('EMAIL', content)),
    ...emailUses.flatMap((use) => block(`Email with a code for ${use}`, writeOtp('EMAIL', { ...content, use }))),
    ...['Notices by text:', '', '```text', notices.texts, '```', ''],
    ...block('A notice by email', notices.email),
  ];
}

function block(title: string, message: WrittenMessage): string[] {
  const subject = message.channel === 'EMAIL' ? [`Subject: ${message.subject}`, ''] : [];
  return [`${title}:`, '', '```text', ...subject, message.text, '```', ''];
}

function contentOf(locale: Locale, settings: Settings, minutesLeft: number): OtpTextContent {
  return { ...settings, code: '123456', locale, minutesLeft };
}
