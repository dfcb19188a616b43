import { describe, expect, test } from 'vitest';
import { checkDescription } from '../../../src/providers/described/check/check-description.js';
import { fillRequest } from '../../../src/providers/described/request.js';
import type { Description } from '../../../src/providers/described/description.js';
import { configured } from '../../support/delivery/described/described-by.js';
import { EXAMPLE_SETTINGS, example } from '../../support/delivery/described/example.js';

/** Mistakes that would show at the first message, or never: each is told of at the start. */

type Change = (description: Description) => unknown;

function changed(change: Change): Description {
  const description = example();
  change(description);
  return description;
}

function problems(change: Change): string[] {
  const reading = checkDescription(changed(change));
  return reading.kind === 'problems' ? reading.problems.map(({ place, what }) => `${place} ${what}`) : [];
}

const hmac = {
  kind: 'hmac',
  setting: 'MYTEL_REPORT_SECRET',
  header: 'x-sign',
  algorithm: 'sha256',
  encoding: 'hex',
  signed: '{body}',
} as const;

test('the example is right', () => {
  expect(problems(() => undefined)).toEqual([]);
});

describe('a file that', () => {
  test.each<[string, Change, string]>([
    [
      'has a host that is none',
      ({ request }) => Object.assign(request, { url: 'https://exa mple.com/{country}/{MYTEL_BASE_URL}' }),
      '/request/url has no valid host.',
    ],
    [
      'asks for the balance at a host that is none',
      (description) =>
        Object.assign(description, {
          balance: { request: { method: 'GET', url: 'https://a b.example.com/x' }, amount: '/left', currency: 'USD' },
        }),
      '/balance/request/url has no valid host.',
    ],
    [
      'has credentials in its address',
      ({ request }) => Object.assign(request, { url: 'https://me:secret@example.com/send' }),
      '/request/url must hold no credentials. Put them into /request/authorization.',
    ],
    [
      'has an address with a step that may be absent',
      ({ request }) => Object.assign(request, { url: '{MYTEL_BASE_URL}/{MYTEL_SENDER}/send' }),
      '/request/url names MYTEL_SENDER, which may be absent. Make it required, or give it a default.',
    ],
    [
      'has credentials that may be absent',
      ({ settings }) => delete settings['MYTEL_KEY']?.required,
      '/request/authorization names MYTEL_KEY, which may be absent. Make it required, or give it a default.',
    ],
    [
      'has XML that may be incomplete',
      ({ request }) => Object.assign(request, { xml: '<a to="{to}">{text}{reportUrl}</a>' }),
      '/request/xml names {reportUrl}, which may be absent.',
    ],
    [
      'has a header that cannot be sent',
      ({ request }) => Object.assign(request, { headers: { 'X-Name': 'Grüße' } }),
      '/request/headers/X-Name has a character that no header can hold.',
    ],
    [
      'holds a secret',
      ({ settings }) => Object.assign(settings, { MYTEL_KEY: { about: 'x', secret: true, default: 'live-key' } }),
      '/settings/MYTEL_KEY/default is that of a secret. Secrets stand in the environment only.',
    ],
    [
      'has a base address with a slash at its end',
      ({ settings }) =>
        Object.assign(settings, { MYTEL_BASE_URL: { about: 'x', kind: 'url', default: 'https://a.example.com/' } }),
      '/settings/MYTEL_BASE_URL/default must have no query, and no slash at its end.',
    ],
    [
      'has a list that cannot be read',
      ({ settings }) => Object.assign(settings, { MYTEL_SENDER: { about: 'x', by: 'country', default: 'Nepal=Acme' } }),
      '/settings/MYTEL_SENDER/default is no list by country.',
    ],
    [
      'takes the name of a word in routes',
      (description) => Object.assign(description, { name: 'auto' }),
      '/name is auto, which has a meaning of its own. Choose another one.',
    ],
    [
      'believes a time that is not signed',
      ({ reports }) =>
        Object.assign(reports ?? {}, { proof: [{ ...hmac, timestamp: { header: 'x-time', tolerance: 300 } }] }),
      '/reports/proof/0/signed does not hold {header.x-time}, so anyone could change the time.',
    ],
  ])('%s', (_what, change, problem) => {
    expect(problems(change)).toContain(problem);
  });
});

describe('a setting', () => {
  const proved = (proof: NonNullable<Description['reports']>['proof'][number]) =>
    changed(({ reports }) => Object.assign(reports ?? {}, { proof: [proof] }));
  const set = (description: Description, settings: Record<string, string>) => () =>
    configured(description, { ...EXAMPLE_SETTINGS, ...settings });

  test.each<[string, Description, string, string]>([
    ['that anyone can guess', example(), 'secret', 'must have 16 characters or more'],
    [
      'that is text in place of hexadecimal digits, of which one byte would be left',
      proved({ ...hmac, key: 'hex' }),
      'ab-a-long-secret-of-the-account',
      'must be 8 bytes or more in hexadecimal digits',
    ],
    [
      'that is text in place of base64',
      proved({ ...hmac, key: 'base64' }),
      'a secret of four words',
      'must be 8 bytes or more in base64',
    ],
    [
      'that is no public key',
      proved({
        ...{ kind: 'ed25519', setting: hmac.setting, header: hmac.header, signed: hmac.signed },
        encoding: 'hex',
      }),
      'AAAA',
      'must be 32 bytes in base64',
    ],
    [
      'without the beginning of webhook secrets',
      proved({ kind: 'standard-webhooks', setting: hmac.setting }),
      'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'must begin with whsec_',
    ],
  ])('%s proves nothing', (_what, description, MYTEL_REPORT_SECRET, problem) => {
    expect(set(description, { MYTEL_REPORT_SECRET })).toThrow(`MYTEL_REPORT_SECRET ${problem}.`);
  });

  test('that no header can hold', () => {
    expect(set(example(), { MYTEL_KEY: 'kéy' })).toThrow('MYTEL_KEY has a character that no header can hold.');
  });

  test.each<[Description, string]>([
    [proved({ ...hmac, key: 'hex' }), '00112233445566778899aabbccddeeff'],
    [proved({ ...hmac, key: 'base64' }), 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    [proved(hmac), 'short'],
  ])('as the provider gives it is taken: %#', (description, MYTEL_REPORT_SECRET) => {
    expect(set(description, { MYTEL_REPORT_SECRET })).not.toThrow();
  });
});

test('a request that lacks a part of its address or of its XML is not sent to another address, or empty', () => {
  const values = (name: string) => (name === 'MYTEL_BASE_URL' ? 'https://api.example.com' : undefined);
  expect(fillRequest({ method: 'POST', url: '{MYTEL_BASE_URL}/{MYTEL_SENDER}' }, values)).toBeNull();
  expect(fillRequest({ method: 'POST', url: '{MYTEL_BASE_URL}', xml: '<a>{MYTEL_SENDER}</a>' }, values)).toBeNull();
});
