import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../../src/config/settings.js';
import { checkDescription } from '../../../src/providers/described/check/check-description.js';
import { readProviderFiles } from '../../../src/providers/described/description-file.js';
import { providerList } from '../../../src/providers/provider-list.js';
import { sendFailures } from '../../../src/providers/message-sender.js';
import { phoneChannels } from '../../../src/texts/channel.js';
import { example } from '../../support/delivery/described/example.js';
import { runCommand } from '../../support/process/operator-command.js';

/** An operator who writes a description with mistakes is told each of them, where it is and what to do. */

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'described-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The example with one place changed. Undefined: the place is taken out. */
function changed(place: string, value?: unknown): object {
  const document = structuredClone(example()) as object;
  const steps = place
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/'));
  const last = steps.pop() ?? '';
  const at = steps.reduce((found: object, step) => Reflect.get(found, step) as object, document);
  if (value === undefined) Reflect.deleteProperty(at, last);
  else Reflect.set(at, last, value);
  return document;
}

function problems(document: unknown): string[] {
  const reading = checkDescription(document);
  return reading.kind === 'problems' ? reading.problems.map(({ place, what }) => `${place} ${what}`) : [];
}

test('the example has no mistake', () => {
  expect(problems(example())).toEqual([]);
});

describe('a mistake is named with its place:', () => {
  test.each<[string, string, unknown, string]>([
    ['no URL', '/request/url', undefined, '/request/url is missing.'],
    ['a member misspelt', '/request/metod', 'POST', '/request/metod is unknown. Did you mean method?'],
    ['a method that is none', '/request/method', 'SEND', '/request/method must be one of: GET, POST, PUT.'],
    ['a list that is a text', '/channels', 'SMS', '/channels must be a list.'],
    ['emails', '/channels/0', 'EMAIL', `/channels/0 must be one of: ${phoneChannels.join(', ')}.`],
    ['a name with capitals', '/name', 'MyTel', '/name must be a name of 2 to 30 small letters and digits.'],
    ['a country that is none', '/countries', ['NP', 'XX'], '/countries/1 is XX, and no country has it.'],
    [
      'plain http',
      '/request/url',
      'http://api.example.com/{country}/{MYTEL_BASE_URL}',
      '/request/url must begin with https:// and a host, or with a setting of the kind url.',
    ],
    [
      'a host from the message',
      '/request/url',
      'https://{country}.example.com/{MYTEL_BASE_URL}',
      '/request/url must begin with https:// and a host, or with a setting of the kind url.',
    ],
    [
      'a query in the URL',
      '/request/url',
      '{MYTEL_BASE_URL}/send?to={to}',
      '/request/url must have no query. Put it into /request/query.',
    ],
    [
      'the text in the URL',
      '/request/url',
      '{MYTEL_BASE_URL}/{text}',
      '/request/url must not hold {text}: logs of servers show addresses and headers.',
    ],
    [
      'the code in a header',
      '/request/headers/X-Code',
      '{code}',
      '/request/headers/X-Code must not hold {code}: logs of servers show addresses and headers.',
    ],
    ['an unknown value', '/request/json/to', '{to.digit}', '/request/json/to names to.digit. Did you mean to.digits?'],
    [
      'a setting that is not declared',
      '/request/json/x',
      '{MYTEL_KEYS}',
      '/request/json/x names MYTEL_KEYS. Did you mean MYTEL_KEY?',
    ],
    [
      'half a placeholder',
      '/request/json/to',
      '{to',
      '/request/json/to has a single {. Write {{ for a brace in the text.',
    ],
    [
      'the national number of any country',
      '/request/json/to',
      '{to.national}',
      '/request names {to.national}, which is a number without its country. Name one country in /countries.',
    ],
    [
      'nobody to send to',
      '/request/json/to',
      'x',
      '/request does not say whom the message goes to. Name {to}, {to.digits} or {to.national}.',
    ],
    ['nothing to send', '/request/json/text', 'x', '/request does not say what the message is. Name {text} or {code}.'],
    ['two bodies', '/request/form', { to: '{to}' }, '/request has json and form. A request has one body.'],
    ['a body with GET', '/request/method', 'GET', '/request/method is GET, which has no body. Use query.'],
    [
      'a header of its own',
      '/request/headers/Host',
      'x',
      '/request/headers/Host is written by the service. Leave it out.',
    ],
    [
      'credentials twice',
      '/request/headers/Authorization',
      'x',
      '/request/headers/Authorization is there beside /request/authorization. Keep one.',
    ],
    [
      'a choice with more',
      '/request/json/alphabet/default',
      0,
      '/request/json/alphabet/default cannot stand beside $by.',
    ],
    [
      'a choice without values',
      '/request/json/alphabet',
      { $by: '{alphabet}' },
      '/request/json/alphabet must have a text as $by, and an object as values.',
    ],
    [
      'a choice by what is no text',
      '/request/json/alphabet',
      { $by: { a: '{to}' }, values: { a: 1 } },
      '/request/json/alphabet must have a text as $by, and an object as values.',
    ],
    [
      'a number of what is no text',
      '/request/json/ttl',
      { $number: 60 },
      '/request/json/ttl must have a text as $number.',
    ],
    ['an unknown word', '/request/json/$if', 'x', '/request/json/$if is unknown. There are $by and $number.'],
    [
      'a setting of another prefix',
      '/settings/OTP_TTL',
      { about: 'x' },
      '/settings/OTP_TTL must begin with MYTEL_, so that no other setting has its name.',
    ],
    [
      'a setting for nothing',
      '/settings/MYTEL_OTHER',
      { about: 'x' },
      '/settings/MYTEL_OTHER is used nowhere. Name it in the request, or leave it out.',
    ],
    [
      'a setting that is no name',
      '/settings/mytel',
      { about: 'x' },
      '/settings/mytel must be the name of a setting, such as EXAMPLE_API_KEY.',
    ],
    [
      'a pattern that is none',
      '/settings/MYTEL_KEY/pattern',
      '[a-z',
      '/settings/MYTEL_KEY/pattern is no regular expression.',
    ],
    [
      'no rule for accepted',
      '/answer/rules/0/means',
      'rejected',
      '/answer/rules has no rule for accepted. Say which answer means that the message was taken.',
    ],
    [
      'a reason that is none',
      '/answer/rules/1/means',
      'wrong_number',
      `/answer/rules/1/means must be one of: accepted, ${sendFailures.filter((each) => each !== 'timeout').join(', ')}.`,
    ],
    [
      'every answer accepted',
      '/answer/rules/0/when',
      {},
      '/answer/rules/0 takes every answer for accepted, errors too. Name a status at least.',
    ],
    [
      'a rule that is never reached',
      '/answer/rules/2',
      { when: { '/error/code': 'E2', status: 400 }, means: 'rejected' },
      '/answer/rules/2 is never reached: /answer/rules/1 holds wherever this one does.',
    ],
    [
      'a rule behind its status',
      '/answer/rules/2',
      { when: { status: 204, '/status': 'queued' }, means: 'rejected' },
      '/answer/rules/2 is never reached: /answer/rules/0 holds wherever this one does.',
    ],
    [
      'a status that is none',
      '/answer/rules/2/when/status',
      '20x',
      '/answer/rules/2/when/status must be a status such as 200 or "4xx", or a list of them.',
    ],
    [
      'a place that is no pointer',
      '/answer/rules/2/when/code',
      1,
      '/answer/rules/2/when/code must be status, or text, or a JSON pointer such as /status.',
    ],
    ['an id that is no pointer', '/answer/id', 'id', '/answer/id must be a JSON pointer such as /messages/0/id.'],
    ['reports with no proof', '/reports/proof', [], '/reports/proof needs at least 1.'],
    ['a proof that is none', '/reports/proof/0/kind', 'ip', '/reports/proof/0/kind has a kind that is unknown.'],
    [
      'a proof by a secret that is shown',
      '/settings/MYTEL_REPORT_SECRET/secret',
      undefined,
      '/reports/proof/0 names MYTEL_REPORT_SECRET, which must be marked as secret.',
    ],
    [
      'a status of reports',
      '/reports/rules/0/when/status',
      200,
      '/reports/rules/0/when/status must be a JSON pointer such as /status.',
    ],
    [
      'no report of arrival',
      '/reports/rules/0/means',
      'sent',
      '/reports/rules has no rule for delivered. Say which report means that the message arrived.',
    ],
    [
      'a star without a list',
      '/reports/providerId',
      '/results/*/id',
      '/reports/providerId has more * than /reports/each.',
    ],
    [
      'our id in an address that nobody gets',
      '/request/json/options',
      {},
      '/reports/message is "address", but the request does not name {reportUrl}, which holds the id.',
    ],
    [
      'reports by GET with a body',
      '/reports/method',
      'GET',
      '/reports/body must be query with GET, and something else with POST.',
    ],
    [
      'a number in the question for the balance',
      '/balance/request/query',
      { to: '{to}' },
      '/balance/request/query/to names to. Known are: MYTEL_KEY, MYTEL_SENDER, MYTEL_BASE_URL, MYTEL_REPORT_SECRET.',
    ],
    [
      'a body in the question for the balance',
      '/balance/request/json',
      {},
      '/balance/request/method is GET, which has no body. Use query.',
    ],
    ['no advice', '/advice/badCredentials', undefined, '/advice/badCredentials is missing.'],
  ])('%s', (_what, place, value, problem) => {
    expect(problems(changed(place, value))).toContain(problem);
  });

  test('a signature that covers nothing of the report', () => {
    const proof = {
      kind: 'hmac',
      setting: 'MYTEL_REPORT_SECRET',
      header: 'x-sign',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{address}{header.x-nonce}',
    };
    const alone =
      '/reports/proof/0/signed does not hold {body}, so anyone could change a report. Add a proof of the kind address.';
    expect(problems(changed('/reports/proof', [proof]))).toContain(alone);
    const beside = [proof, { kind: 'address', setting: 'MYTEL_REPORT_SECRET' }];
    expect(problems(changed('/reports/proof', beside))).toEqual([]);
  });
});

describe('a file', () => {
  const known = { providers: providerList.map(({ name }) => name), settings: Object.keys(settings) };

  async function read(content: string): Promise<readonly string[]> {
    const path = join(folder, 'mytel.json');
    await writeFile(path, content);
    return readProviderFiles([path], known).problems.map((problem) => problem.replace(path, 'mytel.json'));
  }

  test.each([
    ['that is empty', '', 'The file mytel.json: is no JSON.'],
    ['with a comma too many', '{\n  "name": "mytel",\n}', 'The file mytel.json: is no JSON: look at line 3, column 1.'],
    ['that is a list', '[]', 'The file mytel.json: / must be an object.'],
    [
      'with the name of a provider in code',
      JSON.stringify(changed('/name', 'twilio')).replaceAll('MYTEL', 'TWILIO'),
      'The file mytel.json: /name is twilio, which another provider has. Choose another one.',
    ],
    [
      'with the name of another file',
      JSON.stringify(changed('/name', 'sparrow')).replaceAll('MYTEL', 'SPARROW'),
      'The file mytel.json: /name is sparrow, which another provider has. Choose another one.',
    ],
    [
      'with a setting of the service',
      JSON.stringify(changed('/name', 'otp')).replaceAll('MYTEL_KEY', 'OTP_TTL').replaceAll('MYTEL', 'OTP'),
      'The file mytel.json: /settings/OTP_TTL is a setting of the service already. Choose another name.',
    ],
  ])('%s is named', async (_what, content, problem) => {
    expect(await read(content)).toContain(problem);
  });

  test('that is missing is named, and a byte order mark does no harm', async () => {
    const missing = join(folder, 'missing.json');
    expect(readProviderFiles([missing], known).problems).toEqual([
      `The file ${missing}: cannot be read (ENOENT). Check PROVIDER_FILES, and the rights of the file.`,
    ]);
    expect(await read(`\ufeff${JSON.stringify(example())}`)).toEqual([]);
  });

  /** What an operator reads whose service does not start. */
  async function toldOf(env: Record<string, string>): Promise<string> {
    const { code, stderr } = await runCommand({
      name: 'delivery-try',
      args: [],
      env: { SMS_PROVIDER: 'mytel', ...env },
    });
    expect(code).toBe(1);
    return stderr;
  }

  async function write(name: string, description: object): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(description));
    return path;
  }

  test('with several mistakes is told of together with everything else, at the start', async () => {
    const wrong = await write('wrong.json', { ...changed('/request/json/to', '{too}'), advise: {} });
    const right = await write('right.json', example());
    const told = await toldOf({ PORT: 'none', PROVIDER_FILES: `${wrong}, ${right}`, MYTEL_KEYS: 'x' });
    for (const line of [
      'PORT must be a whole number from 1 to 65535.',
      'MYTEL_KEY is required where mytel sends.',
      `The file ${wrong}: /advise is unknown. Did you mean advice?`,
      'MYTEL_KEYS in the environment is no setting. Did you mean MYTEL_KEY?',
    ]) {
      expect(told).toContain(line);
    }
  });

  test('that cannot be read is the only thing that is said of its provider', async () => {
    const told = await toldOf({ PROVIDER_FILES: await write('wrong.json', { ...example(), advise: {} }) });
    expect(told).toContain('/advise is unknown.');
    expect(told).not.toContain('SMS_PROVIDER');
  });
});
