import type { Description } from '../../../../src/providers/described/description.js';

/** A provider that an operator describes. Each part of the format is in it that the tests change. */
export function example(): Description {
  return {
    name: 'mytel',
    documents: ['https://mytel.example.com/docs'],
    channels: ['SMS'],
    settings: {
      MYTEL_KEY: { about: 'The key of your account.', required: true, secret: true },
      MYTEL_SENDER: { about: 'The sender, by country.', by: 'country' },
      MYTEL_BASE_URL: { about: 'Another address.', kind: 'url', default: 'https://api.mytel.example.com' },
      MYTEL_REPORT_SECRET: { about: 'A secret for the address of reports.', secret: true },
    },
    request: {
      method: 'POST',
      url: '{MYTEL_BASE_URL}/v1/{country}/messages',
      authorization: { bearer: '{MYTEL_KEY}' },
      headers: { 'Idempotency-Key': '{id}' },
      query: { lang: '{locale}' },
      json: {
        to: '{to}',
        from: '{MYTEL_SENDER}',
        text: '{text}',
        ttl: { $number: '{secondsLeft}', least: 60, most: 3600 },
        alphabet: { $by: '{alphabet}', values: { 'GSM-7': 0, 'UCS-2': 8 } },
        options: { callback: '{reportUrl}' },
      },
    },
    answer: {
      rules: [
        { when: { status: '2xx', '/status': 'queued' }, means: 'accepted' },
        { when: { '/error/code': ['E1', 'E2'] }, means: 'invalid_number' },
        { when: { status: 401 }, means: 'bad_credentials' },
      ],
      id: '/id',
      code: '/error/code',
      words: '/error/message',
      price: { amount: '/price/amount', currency: '/price/currency' },
    },
    reports: {
      method: 'POST',
      body: 'json',
      proof: [{ kind: 'address', setting: 'MYTEL_REPORT_SECRET' }],
      message: 'address',
      providerId: '/id',
      rules: [
        { when: { '/state': 'delivered' }, means: 'delivered' },
        { when: { '/state': 'failed', '/reason': 'off' }, means: 'unreachable' },
        { when: { '/state': 'failed' }, means: 'undelivered' },
      ],
      code: '/reason',
    },
    balance: {
      request: { method: 'GET', url: '{MYTEL_BASE_URL}/v1/balance', authorization: { bearer: '{MYTEL_KEY}' } },
      amount: '/balance',
      currency: '/currency',
    },
    advice: { badCredentials: 'Check MYTEL_KEY.' },
  };
}

export const EXAMPLE_SETTINGS = {
  MYTEL_KEY: 'key-of-the-test',
  MYTEL_SENDER: 'NP=InfoSMS,Acme',
  MYTEL_REPORT_SECRET: 'secret-of-the-test',
} as const;
