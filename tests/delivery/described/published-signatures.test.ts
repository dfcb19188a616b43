import { expect, test } from 'vitest';
import type { Description } from '../../../src/providers/described/description.js';
import { shippedDescriptions } from '../../../src/providers/described/shipped.js';
import type { ReportReceiver } from '../../../src/providers/delivery-report.js';
import { configured, openReceiver } from '../../support/delivery/described/described-by.js';
import { MESSAGE_ID } from '../../support/delivery/outgoing-message.js';
import { RecordingReports } from '../../support/delivery/report-server.js';
import { ManualClock } from '../../support/manual-clock.js';

/**
 * Signatures that providers publish for those who check them. The recordings are signed by the tests themselves, so they would not
 * show that we and the tests understand a document wrongly in the same way.
 */

function receiverOf(provider: string, settings: Record<string, string>, now: string): Promise<ReportReceiver> {
  const description = shippedDescriptions().find(({ name }) => name === provider) as Description;
  const parts = { reports: new RecordingReports(), clock: new ManualClock(new Date(now)) };
  return openReceiver(configured(description, settings), parts);
}

/** The reference data of MessageBird's own clients: lib/testdata/webhook-signature-jwt-reference.json of messagebird-nodejs. */
const messagebird = {
  settings: {
    MESSAGEBIRD_ACCESS_KEY: 'live_key-of-the-test',
    MESSAGEBIRD_SENDER: 'Acme',
    MESSAGEBIRD_SIGNING_KEY: '36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb',
  },
  url: 'https://example.com/path?bar=1&foo=2',
  headers: {
    'messagebird-signature-jwt':
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiJjOTQ2YWY3Ny1lMTgyLTRlYWEtYjJmZi0xYTU0NWI1ZTk5MWEiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAifQ.huo2ou6JDoDc7sV25d75UMWeYhBeavQlLsqIibSZuac',
  },
};

test('a token of MessageBird holds for the address that it was made for, and for a minute', async () => {
  const { settings, url, headers } = messagebird;
  const receiver = await receiverOf('messagebird', settings, '2021-07-05T10:00:00Z');
  expect(await receiver.receive({ url, headers, body: '' })).toBe(200);
  const sorted = 'https://example.com/path?foo=1&bar=2';
  expect(await receiver.receive({ url: sorted, headers, body: '' })).toBe(403);
  expect(await receiver.receive({ url, headers, body: 'added on the way' })).toBe(403);

  const later = await receiverOf('messagebird', settings, '2021-07-05T10:02:00Z');
  expect(await later.receive({ url, headers, body: '' })).toBe(403);
  const earlier = await receiverOf('messagebird', settings, '2021-07-05T09:59:00Z');
  expect(await earlier.receive({ url, headers, body: '' })).toBe(403);
});

/** The example of Plivo's own client: test/utils.js of plivo-node. */
const plivo = {
  settings: {
    PLIVO_AUTH_ID: 'MAXXXXXXXXXXXXXXXXXX',
    PLIVO_AUTH_TOKEN: 'my_auth_token',
    PLIVO_SENDER: 'ACME',
    PLIVO_REPORT_SECRET: 'secret-of-the-test-0123456789',
  },
  headers: {
    'x-plivo-signature-v2': 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=',
    'x-plivo-signature-v2-nonce': '12345',
  },
};

test('a signature of Plivo covers the address without its query, and our secret covers the query', async () => {
  const { settings, headers } = plivo;
  const receiver = await receiverOf('plivo', settings, '2026-01-01T00:00:00Z');
  const url = `https://answer.url?message=${MESSAGE_ID}&secret=${settings.PLIVO_REPORT_SECRET}`;
  const body = 'MessageUUID=db3ce55a-7f1d-11e1-8ea7-1231380bc196&Status=delivered';
  expect(await receiver.receive({ url, headers, body })).toBe(204);
  expect(await receiver.receive({ url: 'https://answer.url', headers, body })).toBe(403);
  const otherNonce = { ...headers, 'x-plivo-signature-v2-nonce': '123456' };
  expect(await receiver.receive({ url, headers: otherNonce, body })).toBe(403);
});
