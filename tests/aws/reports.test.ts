import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AwsReportReceiver } from '../../src/providers/aws/aws.receiver.js';
import type { DeliveryFailure, ReportRequest } from '../../src/providers/delivery-report.js';
import type { Exchange } from '../../src/providers/http/exchange.js';
import { MESSAGE_ID } from '../support/delivery/outgoing-message.js';
import { RecordingReports, startReportServer } from '../support/delivery/report-server.js';
import { type SigningCertificate, signingCertificate, snsSigned } from '../support/delivery/sns.js';
import { ManualClock } from '../support/manual-clock.js';

/**
 * AWS reports through a topic of SNS. An attacker forges reports, and tries to make the service call addresses of his choice. Messages
 * as in https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html, events as in
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html.
 */

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:texts';
const HOST = 'https://sns.eu-central-1.amazonaws.com';
const CERTIFICATE = `${HOST}/SimpleNotificationService-${'0123456789abcdef'.repeat(2)}.pem`;
const TOKEN = '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92';

let own: SigningCertificate;
let other: SigningCertificate;
beforeAll(() => {
  own = signingCertificate();
  other = signingCertificate();
});

let clock: ManualClock;
let reports: RecordingReports;
let asked: string[];
let status: number;
let receiver: AwsReportReceiver;
beforeEach(() => {
  clock = new ManualClock(new Date('2026-11-29T23:00:00Z'));
  reports = new RecordingReports();
  asked = [];
  status = 200;
  const exchange: Exchange = async ({ method, url }) => {
    asked.push(`${method} ${url.href}`);
    const body = Readable.from([
      Buffer.from(url.pathname.endsWith('.pem') ? own.pem : '<ConfirmSubscriptionResponse/>'),
    ]);
    return { status, headers: {}, body, discard: () => undefined };
  };
  receiver = new AwsReportReceiver({ topicArn: TOPIC, reports, clock, exchange });
});

const event = {
  eventType: 'TEXT_DELIVERED',
  eventVersion: '1.0',
  eventTimestamp: 1_686_975_103_470,
  isFinal: true,
  originationPhoneNumber: '+12065550152',
  destinationPhoneNumber: '+14255550156',
  isoCountryCode: 'US',
  messageId: '862a8790-60c0-4430-9b2b-658bdexample',
  messageType: 'TRANSACTIONAL',
  messageStatus: 'DELIVERED',
  messageStatusDescription: 'Message has been accepted by phone +14255550156',
  context: { message: MESSAGE_ID },
  totalMessageParts: 1,
  totalMessagePrice: 0.09582,
  totalCarrierFee: 0.003,
};

function notification(content: unknown, changes: Record<string, string> = {}): Record<string, string> {
  return {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: typeof content === 'string' ? content : JSON.stringify(content),
    Timestamp: clock.now().toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE,
    UnsubscribeURL: `${HOST}/?Action=Unsubscribe`,
    ...changes,
  };
}

const confirmation = (changes: Record<string, string> = {}) => ({
  ...notification('You have chosen to subscribe to the topic.'),
  Type: 'SubscriptionConfirmation',
  Token: TOKEN,
  SubscribeURL: 'http://169.254.169.254/latest/meta-data/',
  ...changes,
});

function post(message: object): ReportRequest {
  const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-topic-arn': TOPIC };
  return { url: 'https://accounts.example.com/webhooks/aws', headers, body: JSON.stringify(message) };
}

const receive = (message: Record<string, string>, by = own) => receiver.receive(post(snsSigned(message, by)));

describe('a genuine report', () => {
  test.each(['1', '2'])('of a text that arrived, with its price; signature version %s', async (version) => {
    expect(await receive(notification(event, { SignatureVersion: version, Subject: 'a subject' }))).toBe(204);
    expect(reports.told).toEqual([
      {
        ...{ messageId: MESSAGE_ID, provider: 'aws', providerMessageId: event.messageId, state: 'delivered' },
        price: { amount: 0.09882, currency: 'USD' },
      },
    ]);
  });

  test('asks for the certificate once', async () => {
    await receive(notification(event));
    await receive(notification(event));
    expect(asked).toEqual([`GET ${CERTIFICATE}`]);
  });

  test.each(['TEXT_QUEUED', 'TEXT_PENDING', 'TEXT_SENT', 'TEXT_SUCCESSFUL', 'VOICE_RINGING', 'VOICE_ANSWERED'])(
    'of a message on its way: %s',
    async (eventType) => {
      await receive(notification({ ...event, eventType }));
      expect(reports.told).toMatchObject([{ state: 'sent' }]);
    },
  );

  const losses: readonly [eventType: string, failure: DeliveryFailure][] = [
    ['TEXT_INVALID', 'invalid_number'],
    ['TEXT_INVALID_MESSAGE', 'rejected'],
    ['TEXT_UNREACHABLE', 'unreachable'],
    ['TEXT_CARRIER_UNREACHABLE', 'unreachable'],
    ['TEXT_TTL_EXPIRED', 'unreachable'],
    ['TEXT_BLOCKED', 'blocked'],
    ['TEXT_SPAM', 'blocked'],
    ['TEXT_PROTECT_BLOCKED', 'country_not_enabled'],
    ['TEXT_UNKNOWN', 'undelivered'],
    ['VOICE_BUSY', 'not_answered'],
    ['VOICE_NO_ANSWER', 'not_answered'],
    ['VOICE_FAILED', 'undelivered'],
  ];
  test.each(losses)('of a message that was lost: %s', async (eventType, failure) => {
    await receive(notification({ ...event, eventType, isFinal: true }));
    expect(reports.told).toMatchObject([
      { state: 'failed', failure, providerCode: eventType, providerMessage: 'Message has been accepted by phone +…' },
    ]);
  });

  test('of a failure that AWS tries to mend holds no news, and neither do others', async () => {
    const { context: _context, ...foreign } = event;
    for (const content of [
      { ...event, eventType: 'TEXT_CARRIER_UNREACHABLE', isFinal: false },
      { ...event, eventType: 'MEDIA_DELIVERED' },
      { ...event, context: { message: 'order-7' } },
      foreign,
      [],
    ])
      expect(await receive(notification(content))).toBe(204);
    expect(reports.told).toEqual([]);
  });

  test('that is no JSON is unreadable', async () => {
    expect(await receive(notification('Hello from the console'))).toBe(400);
  });

  test('is sent again by SNS where it could not be kept, or where its certificate cannot be had', async () => {
    reports.failWith(new Error('no database'));
    await expect(receive(notification(event))).rejects.toThrow('no database');
    reports.failWith(null);
    status = 503;
    const another = notification(event, { SigningCertURL: CERTIFICATE.replace('0123', '3210') });
    await expect(receive(another)).rejects.toThrow('503');
    status = 200;
    expect(await receive(another)).toBe(204);
  });
});

describe('the subscription', () => {
  test('is confirmed at the host of the topic, and not at the address of the message', async () => {
    expect(await receive(confirmation())).toBe(204);
    const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: TOPIC, Token: TOKEN });
    expect(asked).toEqual([`GET ${CERTIFICATE}`, `GET ${HOST}/?${query.toString()}`]);
    expect(reports.told).toEqual([]);
  });

  test.each(['', 'a&Action=DeleteTopic', '../'])('with the token "%s" is not', async (Token) => {
    expect(await receive(confirmation({ Token }))).toBe(400);
    expect(asked).toHaveLength(1);
  });

  test('that ends asks for nothing', async () => {
    expect(await receive(confirmation({ Type: 'UnsubscribeConfirmation' }))).toBe(204);
    expect(asked).toEqual([`GET ${CERTIFICATE}`]);
  });
});

describe('a report that is refused', () => {
  test('signed by somebody else', async () => {
    expect(await receive(notification(event), other)).toBe(403);
    expect(await receive(confirmation(), other)).toBe(403);
    expect(reports.told).toEqual([]);
    expect(asked).toEqual([`GET ${CERTIFICATE}`]);
  });

  test.each(['Message', 'Timestamp', 'MessageId', 'Subject'])('with another %s than was signed', async (name) => {
    const signed = snsSigned(notification(event, { Subject: 'a subject' }), own);
    const value = name === 'Timestamp' ? '2026-11-29T22:59:59.000Z' : '{}';
    expect(await receiver.receive(post({ ...signed, [name]: value }))).toBe(403);
  });

  test('of another topic: nobody is asked', async () => {
    expect(await receive(notification(event, { TopicArn: TOPIC.replace('texts', 'other') }))).toBe(403);
    expect(asked).toEqual([]);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    CERTIFICATE.replace('https', 'http'),
    CERTIFICATE.replace('eu-central-1', 'us-east-1'),
    CERTIFICATE.replace('.amazonaws.com', '.amazonaws.com.example.com'),
    CERTIFICATE.replace('.amazonaws.com/', '.amazonaws.com@example.com/'),
    CERTIFICATE.replace('.amazonaws.com/', '.amazonaws.com:8443/'),
    CERTIFICATE.replace('amazonaws.com/', 'amazonaws.com/../'),
    `${CERTIFICATE}?x=.pem`,
    `${HOST}/bucket/key.pem`,
    `https://example.com/?${CERTIFICATE}`,
  ])('with its certificate at %s: nobody is asked', async (SigningCertURL) => {
    expect(await receive(notification(event, { SigningCertURL }))).toBe(403);
    expect(asked).toEqual([]);
  });

  test('replayed after a day, or from the future', async () => {
    const message = notification(event);
    clock.advance(86_401);
    expect(await receive(message)).toBe(403);
    clock.setBack(86_401 + 301);
    expect(await receive(message)).toBe(403);
  });

  test('with a certificate that SNS does not have: that is no failure of ours', async () => {
    status = 404;
    expect(await receive(notification(event), other)).toBe(403);
    expect(asked).toEqual([`GET ${CERTIFICATE}`]);
  });

  test.each(['', '{', '[]', '{"Type":"Notification"}'])('that is no message of SNS: %s', async (body) => {
    expect(await receiver.receive({ ...post({}), body })).toBe(403);
  });
});

test('the service takes what SNS posts over HTTP, as the text that it is', async () => {
  const server = await startReportServer([receiver], 'https://accounts.example.com');
  const answers = [];
  for (const [contentType, by] of [
    ['text/plain; charset=UTF-8', own],
    ['text/plain; charset=UTF-8', other],
    ['application/json', own],
  ] as const) {
    const body = JSON.stringify(snsSigned(notification(event), by));
    const headers = { 'content-type': contentType, 'x-amz-sns-message-type': 'Notification' };
    const { status: answered } = await fetch(`${server.url}/webhooks/aws`, { method: 'POST', headers, body });
    answers.push(answered);
  }
  await server.close();
  expect(answers).toEqual([204, 403, 415]);
  expect(reports.told).toHaveLength(1);
  expect(server.logs.join('')).not.toContain('14255550156');
});
