import { inspect } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readEmailAddress, readMailbox } from '../../src/platform/email-address.js';
import { emailHtml } from '../../src/providers/smtp/email-html.js';
import { isLocale, pluralForms } from '../../src/texts/locale.js';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { createSmtpSender, type SmtpSettings } from '../../src/providers/smtp/smtp.sender.js';
import { type MailOptions, type MailStandIn, startMailStandIn } from '../support/delivery/mail-stand-in.js';
import { ManualClock } from '../support/manual-clock.js';
import { emailMessage, textMessage } from '../support/delivery/outgoing-message.js';
import { type SmtpScript, startScriptedSmtp } from '../support/delivery/scripted-smtp.js';

const from = 'Acme <accounts@example.com>';
const login = { user: 'accounts@example.com', password: 'p@ss/w:rd#1' };
const clock = new ManualClock(new Date('2026-02-03T04:05:06Z'));
const TIMEOUT_MS = 300;

afterEach(() => vi.restoreAllMocks());

async function openSender(settings: Partial<SmtpSettings> & Pick<SmtpSettings, 'url'>) {
  const sender = await createSmtpSender({ from, requireTls: false, timeoutMs: 5_000, ...settings }, clock);
  onTestFinished(() => sender.close());
  return sender;
}

async function openServer(options: MailOptions = {}): Promise<MailStandIn> {
  const server = await startMailStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

async function openScripted(script: SmtpScript) {
  const server = await startScriptedSmtp(script);
  onTestFinished(() => server.close());
  return server;
}

function failed(reason: SendFailure, providerCode: string | null) {
  return { kind: 'failed', reason, providerCode };
}

describe('somebody who is sent a code by email', () => {
  test('gets one message with text and page, from the sender, that no machine answers', async () => {
    const server = await openServer();
    const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca, requireTls: true });
    const message = emailMessage();
    const messageId = `<${message.id}@example.com>`;
    expect(await sender.send(message)).toEqual({ kind: 'accepted', providerMessageId: messageId });
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail).toMatchObject({ recipients: [message.to], sender: 'accounts@example.com', secure: true });
    expect(mail?.email).toMatchObject({
      from: { name: 'Acme', address: 'accounts@example.com' },
      to: [{ name: '', address: message.to }],
      subject: message.subject,
      messageId,
      date: '2026-02-03T04:05:06.000Z',
      text: `${message.text}\n`,
    });
    expect(mail?.email.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(mail?.email.html).toContain('It expires in 10 minutes.<br>');
    expect([...server.names]).toEqual(['example.com']);
  });

  test('reads it in every script', async () => {
    const server = await openServer();
    const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca });
    const text = '123456\n\nتنتهي صلاحيته خلال 10 دقائق \u2068Acme\u2069 😀\n\nतपाईंको कोड';
    await sender.send(emailMessage({ subject: '123456 هو رمز \u2068Acme\u2069 😀 तपाईंको', text, locale: 'ar' }));
    expect(server.mails[0]?.email).toMatchObject({
      subject: '123456 هو رمز \u2068Acme\u2069 😀 तपाईंको',
      text,
      html: expect.stringContaining('<html lang="ar" dir="rtl">'),
    });
  });

  test('whose first attempt got lost can tell the second: both have one Message-ID', async () => {
    const server = await openServer();
    const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca });
    await sender.send(emailMessage());
    await sender.send(emailMessage({ earlier: { since: clock.now() } }));
    const [first, second] = server.mails.map(({ email }) => email.messageId);
    expect(first).toMatch(/^<018f.*@example\.com>$/);
    expect(second).toBe(first);
  });

  test('shares a few connections with everybody else', async () => {
    const server = await openServer();
    const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca });
    const numbers = Array.from({ length: 60 }, (_, index) => `someone${index}@example.com`);
    const outcomes = await Promise.all(numbers.map((to) => sender.send(emailMessage({ id: to.slice(0, 9), to }))));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(server.mails.map(({ recipients }) => recipients[0]).sort()).toEqual([...numbers].sort());
    expect(server.connections()).toBeLessThanOrEqual(5);
  });

  test('notices nothing when the server has closed an idle connection in between', async () => {
    const server = await openServer();
    const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca });
    await sender.send(emailMessage());
    server.hangUp();
    expect(await sender.send(emailMessage({ id: 'message-2' }))).toMatchObject({ kind: 'accepted' });
    expect(server.mails).toHaveLength(2);
  });
});

describe('the connection is encrypted', () => {
  test.each(['starttls', 'implicit'] as const)('%s, and the credentials go over it', async (encryption) => {
    const server = await openServer({ encryption, login });
    const user = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}`;
    const url = `${encryption === 'implicit' ? 'smtps' : 'smtp'}://${user}@${server.host}`;
    const sender = await openSender({ url, ca: server.ca, requireTls: true });
    expect(await sender.send(emailMessage())).toMatchObject({ kind: 'accepted' });
    expect(server.mails).toMatchObject([{ secure: true, user: login.user }]);
  });

  test('or nothing is sent: a server, or somebody in between, that offers none', async () => {
    const server = await openScripted({});
    const sender = await openSender({ url: `smtp://user:password@${server.host}`, requireTls: true });
    expect(await sender.send(emailMessage())).toEqual(failed('provider_unavailable', 'NO_STARTTLS'));
    expect(server.lines).toEqual(['EHLO example.com', 'STARTTLS']);
  });

  test.each(['starttls', 'implicit'] as const)(
    'with somebody we can trust, or nothing is sent: %s',
    async (encryption) => {
      const server = await openServer({ encryption, login });
      const url = `${encryption === 'implicit' ? 'smtps' : 'smtp'}://user:password@${server.host}`;
      for (const requireTls of [true, false]) {
        const outcome = await (await openSender({ url, requireTls })).send(emailMessage());
        expect(outcome).toMatchObject({ kind: 'failed', reason: 'provider_unavailable' });
        expect(outcome).toMatchObject({ providerCode: expect.stringMatching(/TLS_FAILED|SELF_SIGNED/) });
      }
      expect(server.mails).toEqual([]);
    },
  );

  test('or, in development, may be in the clear to a server that has no encryption', async () => {
    const server = await openServer({ encryption: 'none' });
    const sender = await openSender({ url: `smtp://${server.host}` });
    expect(await sender.send(emailMessage())).toMatchObject({ kind: 'accepted' });
    expect(server.mails).toMatchObject([{ secure: false }]);
  });
});

describe('what a mail server answers instead becomes one of a closed set', () => {
  const answers: readonly [script: SmtpScript, reason: SendFailure, code: string | null][] = [
    [{ RCPT: '550 5.1.1 <someone@example.com> no such user' }, 'invalid_number', 'SMTP_550_5.1.1'],
    [{ RCPT: '550-5.1.1 no such user\r\n550 5.1.1 at all' }, 'invalid_number', 'SMTP_550_5.1.1'],
    [{ RCPT: '550 no such user' }, 'invalid_number', 'SMTP_550'],
    [{ RCPT: '551 moved' }, 'invalid_number', 'SMTP_551'],
    [{ RCPT: '553 bad address' }, 'invalid_number', 'SMTP_553'],
    [{ RCPT: '556 5.1.10 null MX' }, 'invalid_number', 'SMTP_556_5.1.10'],
    [{ RCPT: '550 5.2.1 disabled' }, 'invalid_number', 'SMTP_550_5.2.1'],
    [{ RCPT: '554 5.1.1 no such user' }, 'invalid_number', 'SMTP_554_5.1.1'],
    [{ RCPT: '550 5.7.1 by our policy' }, 'rejected', 'SMTP_550_5.7.1'],
    [{ RCPT: '550 5.7.1 relaying denied' }, 'rejected', 'SMTP_550_5.7.1'],
    [{ RCPT: '550 relay not permitted' }, 'rejected', 'SMTP_550'],
    [{ RCPT: '554 5.7.1 blocked' }, 'rejected', 'SMTP_554_5.7.1'],
    [{ RCPT: '552 5.2.2 mailbox full' }, 'rejected', 'SMTP_552_5.2.2'],
    [{ RCPT: '450 4.2.1 too fast' }, 'slow_down', 'SMTP_450_4.2.1'],
    [{ RCPT: '451 4.3.0 try later' }, 'provider_unavailable', 'SMTP_451_4.3.0'],
    [{ RCPT: '452 4.5.3 too many' }, 'provider_unavailable', 'SMTP_452_4.5.3'],
    [{ MAIL: '530 5.7.0 authentication required' }, 'bad_credentials', 'SMTP_530_5.7.0'],
    [{ MAIL: '550 5.7.60 not your address' }, 'rejected', 'SMTP_550_5.7.60'],
    [{ MAIL: '421 4.7.0 too many connections' }, 'slow_down', 'SMTP_421_4.7.0'],
    [{ DATA: '554 no' }, 'rejected', 'SMTP_554'],
    [{ MESSAGE: '554 5.7.1 looks like spam' }, 'rejected', 'SMTP_554_5.7.1'],
    [{ MESSAGE: '550 5.1.1 never heard of them' }, 'rejected', 'SMTP_550_5.1.1'],
    [{ MESSAGE: '451 4.3.0 disk full' }, 'provider_unavailable', 'SMTP_451_4.3.0'],
    [{ GREETING: '554 no service for you' }, 'provider_unavailable', 'SMTP_554'],
    [{ GREETING: '421 too many connections' }, 'slow_down', 'SMTP_421'],
    [{ GREETING: 'HTTP/1.1 400 Bad Request' }, 'provider_unavailable', 'EPROTOCOL'],
    [{ EHLO: '421 not now' }, 'slow_down', 'SMTP_421'],
    [{ EHLO: 'close' }, 'provider_unavailable', 'ECONNECTION'],
    [{ GREETING: 'close' }, 'provider_unavailable', 'ECONNECTION'],
    [{ RCPT: 'close' }, 'provider_unavailable', 'ECONNECTION'],
    [{ MESSAGE: 'close' }, 'provider_unavailable', 'ECONNECTION'],
    [{ MAIL: 'garbage' }, 'provider_unavailable', 'EENVELOPE'],
  ];
  test.each(answers)('%j: %s', async (script, reason, code) => {
    const server = await openScripted(script);
    const sender = await openSender({ url: `smtp://${server.host}` });
    expect(await sender.send(emailMessage())).toEqual(failed(reason, code));
    // Whatever got lost, the message was handed over once at most: to repeat it is the outbox's to decide.
    expect(server.lines.filter((line) => line === '.').length).toBeLessThanOrEqual(1);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test.each([
    ['other credentials', 'AUTH', '535 5.7.8 no', 'bad_credentials', 'SMTP_535_5.7.8'],
    ['credentials later', 'AUTH', '454 4.7.0 later', 'provider_unavailable', 'SMTP_454_4.7.0'],
    ['no credentials at all', 'none', '502 not implemented', 'bad_credentials', 'SMTP_502'],
  ] as const)('a server that wants %s', async (_name, offer, reply, reason, code) => {
    const server = await openScripted({
      EHLO: offer === 'AUTH' ? '250-mail.example\r\n250 AUTH PLAIN' : '250 mail.example',
      OTHER: reply,
    });
    const sender = await openSender({ url: `smtp://user:password@${server.host}` });
    expect(await sender.send(emailMessage())).toEqual(failed(reason, code));
    expect(server.lines.some((line) => line.startsWith('MAIL'))).toBe(false);
  });

  test('nobody listens, or there is no such host', async () => {
    const server = await startScriptedSmtp({});
    await server.close();
    const closed = await openSender({ url: `smtp://${server.host}` });
    expect(await closed.send(emailMessage())).toEqual(failed('provider_unavailable', 'ECONNREFUSED'));
    const nowhere = await openSender({ url: 'smtp://mail.invalid' });
    expect(await nowhere.send(emailMessage())).toMatchObject({ kind: 'failed', reason: 'provider_unavailable' });
  });

  test.each<SmtpScript>([
    { GREETING: 'hang' },
    { EHLO: 'hang' },
    { RCPT: 'hang' },
    { MESSAGE: 'hang' },
    { EHLO: 'trickle' },
    { MESSAGE: 'trickle' },
  ])('one that is slow is given up in time: %j', async (script) => {
    const server = await openScripted(script);
    const sender = await openSender({ url: `smtp://${server.host}`, timeoutMs: TIMEOUT_MS });
    const start = performance.now();
    expect(await sender.send(emailMessage())).toEqual(failed('timeout', null));
    expect(performance.now() - start).toBeGreaterThan(TIMEOUT_MS * 0.9);
    expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + 1_500);
  });

  test('and the one that waits behind 5 that hang is given up in time as well', async () => {
    const server = await openScripted({ RCPT: 'hang' });
    const sender = await openSender({ url: `smtp://${server.host}`, timeoutMs: TIMEOUT_MS });
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => sender.send(emailMessage())));
    expect(outcomes).toEqual(outcomes.map(() => failed('timeout', null)));
  });
});

describe('an attacker', () => {
  const tricks = [
    'someone@example.com\r\nBcc: victim@example.com',
    'someone@example.com\nRCPT TO:<victim@example.com>',
    'someone@example.com, victim@example.com',
    'someone@example.com;victim@example.com',
    '<victim@example.com> someone@example.com',
    'Someone <victim@example.com>',
    '"victim@example.com" <someone@example.com>',
    'victim@example.com@example.com',
    '"a b"@example.com',
    'someone@example.com>',
    'someone@[127.0.0.1]',
    'someone@localhost',
    'group:victim@example.com;',
    '@example.com',
    'someone@',
    '+9779800000000',
    ' someone@example.com',
    'someone@example.com\0',
    `${'a'.repeat(250)}@example.com`,
    '',
  ];
  test.each(tricks)('who registers with the address %j reaches nobody', async (to) => {
    expect(readEmailAddress(to)).toBeNull();
    const server = await openScripted({});
    const sender = await openSender({ url: `smtp://${server.host}` });
    expect(await sender.send(emailMessage({ to }))).toEqual(failed('invalid_number', 'NOT_AN_ADDRESS'));
    expect(server.lines).toEqual([]);
  });

  test.each(['\r\n', '\n', '\r', '\u2028', '\u0085', '\0', '\r\n\r\n<script>'])(
    'who gets %j into a subject adds no header and no body',
    async (breaker) => {
      const server = await openServer();
      const sender = await openSender({ url: `smtp://${server.host}`, ca: server.ca });
      await sender.send(emailMessage({ subject: `123456${breaker}Bcc: victim@example.com${breaker}` }));
      const [mail] = server.mails;
      expect(mail?.recipients).toEqual(['someone@example.com']);
      expect(mail?.email.headers.map(({ key }) => key).sort()).toEqual(
        ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
      );
      expect(mail?.email.subject).toBe(
        `123456 ${breaker.endsWith('>') ? '<script>' : ''}Bcc: victim@example.com${breaker.endsWith('>') ? ' <script>' : ''}`,
      );
    },
  );

  test('who owns the service name adds no markup to the page', () => {
    const html = emailHtml({
      subject: '</title><script>1</script>',
      text: '123456 is your <img src=x onerror="alert(\'1\')">&amp; $& code',
      code: '123456',
      locale: 'en',
    });
    expect(html.match(/<(?!\/?(html|head|meta|title|body|p|strong|br)\b|!doctype)/g)).toBeNull();
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp; $&amp; code');
  });

  test('who reads logs finds no code, no password and no address, whatever goes wrong', async () => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const server = await openScripted({ MESSAGE: '554 5.7.1 <someone@example.com> 123456 looks like spam' });
    const sender = await openSender({ url: `smtp://${server.host}`, from: 'a@example.org' });
    const secretive = await openSender({ url: `smtp://someone:the-password@${server.host}`, from: 'a@example.org' });
    const outcomes = [await sender.send(emailMessage()), await secretive.send(emailMessage())];
    const seen = inspect([outcomes, sender, secretive, printed.map((spy) => spy.mock.calls)], {
      depth: 9,
      showHidden: true,
    });
    for (const word of ['123456', 'the-password', 'someone@example.com']) expect(seen).not.toContain(word);
  });

  test('who asks for a text through the mail server gets none', async () => {
    const server = await openScripted({});
    const sender = await openSender({ url: `smtp://${server.host}` });
    expect(await sender.send(textMessage())).toEqual(failed('rejected', 'NOT_AN_EMAIL'));
    expect(server.lines).toEqual([]);
  });
});

/** What ICU says. A property in Node.js 20, a method in later ones, and in no type yet. */
function directionOf(tag: string): string {
  const locale = new Intl.Locale(tag);
  return (Reflect.get(locale, 'textInfo') ?? Reflect.get(locale, 'getTextInfo').call(locale)).direction;
}

describe('the page of an email', () => {
  const page = (locale: keyof typeof pluralForms) =>
    emailHtml({ subject: 'Subject', text: 'Hello.\n\n123456\n\nIt expires\nsoon: 123456.', code: '123456', locale });

  test.each(Object.keys(pluralForms).filter(isLocale))('names its language and direction: %s', (locale) => {
    const direction = directionOf(locale);
    expect(page(locale)).toContain(`<html lang="${locale}" dir="${direction}">`);
    expect(page(locale)).toContain(`<body dir="${direction}"`);
  });

  test('shows the code large, once, where it stands, and left to right', () => {
    expect(page('ar').match(/<strong/g)).toHaveLength(1);
    expect(page('ar')).toMatch(
      /<p>Hello\.<\/p>\n<p><strong dir="ltr" style="[^"]*">123456<\/strong><\/p>\n<p>It expires<br>\nsoon: 123456\.<\/p>/,
    );
  });

  test('of a notice without a code has the words alone', () => {
    const notice = emailHtml({ subject: 'Subject', text: 'Hello.\n\nnull', code: null, locale: 'en' });
    expect(notice).toContain('<p>Hello.</p>\n<p>null</p>');
    expect(notice).not.toContain('<strong');
  });

  test('loads nothing and leads nowhere', () => {
    expect(page('en')).not.toMatch(/https?:|src=|href=|url\(|<script|<link|<img/);
  });
});

describe('EMAIL_FROM', () => {
  test.each([
    ['accounts@example.com', null],
    ['Acme <accounts@example.com>', 'Acme'],
    ['  Acme   <accounts@example.com> ', 'Acme'],
    ['"Acme, Inc." <accounts@example.com>', 'Acme, Inc.'],
    ['Acme Inc. <accounts@example.com>', 'Acme Inc.'],
    ['नेपाल बजार <accounts@example.com>', 'नेपाल बजार'],
  ])('%s is one mailbox', (text, name) => {
    expect(readMailbox(text)).toEqual({ name, address: 'accounts@example.com', domain: 'example.com' });
  });

  test.each([
    'Acme',
    'accounts@',
    'Acme accounts@example.com',
    'a@example.com, b@example.com',
    'a@example.com <b@example.com>',
    'Acme <a@example.com> <b@example.com>',
    'Acme <a@example.com>, <b@example.com>',
    'Acme <accounts@example.com',
    'Acme\r\nBcc: <a@example.com>',
    'Acme, Inc. <accounts@example.com>',
    '"Acme" Inc <accounts@example.com>',
    '<>',
    '',
  ])('%j is none', (text) => {
    expect(readMailbox(text)).toBeNull();
  });
});
