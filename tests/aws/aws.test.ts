import aws4 from 'aws4';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { AwsSender, type AwsSenderParts } from '../../src/providers/aws/aws.sender.js';
import { type ApiAnswer, type ApiRequest, type ApiStandIn, startApiStandIn } from '../support/delivery/api-stand-in.js';
import { MESSAGE_ID, textMessage, voiceMessage } from '../support/delivery/outgoing-message.js';
import { ManualClock } from '../support/manual-clock.js';

/**
 * Texts and calls of AWS End User Messaging, against answers as in
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html.
 */

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const MESSAGE = '862a8790-60c0-4430-9b2b-658bdexample';
const TAKEN: ApiAnswer = { kind: 'http', status: 200, body: { MessageId: MESSAGE } };

let aws: ApiStandIn;
let clock: ManualClock;
beforeEach(async () => {
  aws = await startApiStandIn(() => TAKEN);
  clock = new ManualClock();
});
afterEach(() => aws.close());

function sender(overrides: Partial<AwsSenderParts> = {}) {
  return new AwsSender({
    ...{ region: 'eu-central-1', credentials, configurationSet: undefined, baseUrl: aws.url, clock, timeoutMs: 5_000 },
    text: { origination: undefined, maxPrice: undefined },
    voice: { origination: '+12065550152', maxPrice: undefined },
    ...overrides,
  });
}

const message = () => textMessage({ expiresAt: addSeconds(clock.now(), 600) });
const inputs = () => aws.requests.map(({ body }) => JSON.parse(body));
const targets = () => aws.requests.map(({ headers }) => headers['x-amz-target']);

/** An error in AWS JSON 1.0. */
function error(type: string, more: object = {}, status = 400): ApiAnswer {
  const body = {
    __type: `com.amazonaws.pinpointsmsvoicev2#${type}`,
    Message: `About +9779800000000: ${type}`,
    ...more,
  };
  return { kind: 'http', status, body, headers: { 'content-type': 'application/x-amz-json-1.0' } };
}

/** As AWS checks it: signed again, with what has come. */
function signatureOf({ method, path, headers, body }: ApiRequest, keys: aws4.Credentials): string {
  const signed = Object.fromEntries(
    (/SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '')
      .split(';')
      .map((name) => [name === 'x-amz-date' ? 'X-Amz-Date' : name === 'host' ? 'Host' : name, headers[name]]),
  );
  const request = { method, path, body, headers: signed, service: 'sms-voice', region: 'eu-central-1' };
  return String(aws4.sign(request, keys).headers?.['Authorization']).replace(/.*Signature=/, '');
}

describe('a text that AWS takes', () => {
  test('arrives with its reference and the life of its code, and its id is kept', async () => {
    expect(await sender().send(message())).toEqual({ kind: 'accepted', providerMessageId: MESSAGE });
    expect(aws.requests).toMatchObject([
      { method: 'POST', path: '/', headers: { 'content-type': 'application/x-amz-json-1.0' } },
    ]);
    expect(targets()).toEqual(['PinpointSMSVoiceV2.SendTextMessage']);
    expect(inputs()).toEqual([
      {
        ...{
          DestinationPhoneNumber: '+9779800000000',
          MessageBody: '123456 is your code.',
          MessageType: 'TRANSACTIONAL',
        },
        ...{ TimeToLive: 600, Context: { message: MESSAGE_ID }, MessageFeedbackEnabled: true },
      },
    ]);
  });

  test('names sender, configuration set and the most that it may cost', async () => {
    const text = { origination: 'Acme', maxPrice: '0.05' };
    await sender({ text, configurationSet: 'codes' }).send(message());
    expect(inputs()).toMatchObject([{ OriginationIdentity: 'Acme', MaxPrice: '0.05', ConfigurationSetName: 'codes' }]);
  });

  test('is signed for its service, region and day: any change breaks the signature', async () => {
    clock = new ManualClock(new Date('2026-11-29T23:00:00.123Z'));
    const temporary = { ...credentials, sessionToken: 'the-session-token' };
    await sender({ credentials: temporary }).send(message());
    const [request] = aws.requests as [ApiRequest];
    expect(request.headers).toMatchObject({
      'x-amz-date': '20261129T230000Z',
      'x-amz-security-token': 'the-session-token',
    });
    expect(request.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20261129\/eu-central-1\/sms-voice\/aws4_request, SignedHeaders=[a-z0-9;-]*content-type[a-z0-9;-]*host[a-z0-9;-]*x-amz-date[a-z0-9;-]*x-amz-target, Signature=[0-9a-f]{64}$/,
    );
    const given = request.headers.authorization?.replace(/.*Signature=/, '');
    expect(signatureOf(request, temporary)).toBe(given);
    expect(signatureOf({ ...request, body: `${request.body} ` }, temporary)).not.toBe(given);
    expect(signatureOf(request, { ...temporary, secretAccessKey: 'another' })).not.toBe(given);
  });

  test('lives five seconds at least, and a notice three days at most, without feedback', async () => {
    await sender().send(textMessage({ expiresAt: clock.now() }));
    await sender().send(textMessage({ notice: 'new_device', code: null, expiresAt: addSeconds(clock.now(), 1e6) }));
    expect(inputs()).toMatchObject([{ TimeToLive: 5 }, { TimeToLive: 259_200, MessageFeedbackEnabled: false }]);
  });
});

describe('a call', () => {
  test('is spoken in its language, with silences, and nothing in the words is markup', async () => {
    const speech = { introduction: 'Ihr Code von <Acme> & Co:', repetition: 'Noch einmal:' };
    const voice = { origination: '+12065550152', maxPrice: '0.20' };
    await sender({ voice }).send(voiceMessage({ locale: 'de', speech, expiresAt: addSeconds(clock.now(), 60) }));
    expect(targets()).toEqual(['PinpointSMSVoiceV2.SendVoiceMessage']);
    const [one, two] = ['<break time="1s"/>', '<break time="2s"/>'];
    const digits = ['1', '2', '3', '4', '5', '6'].join(one);
    expect(inputs()).toMatchObject([
      {
        ...{
          OriginationIdentity: '+12065550152',
          MaxPricePerMinute: '0.20',
          MessageBodyTextType: 'SSML',
          VoiceId: 'VICKI',
        },
        MessageBody: `<speak>${one}Ihr Code von &lt;Acme&gt; &amp; Co: ${digits}${two}Noch einmal: ${digits}</speak>`,
      },
    ]);
  });

  test('is in English where no voice knows the language', async () => {
    const englishSpeech = { introduction: 'Your code is:', repetition: 'Once more:' };
    await sender().send(voiceMessage({ locale: 'ne', englishSpeech }));
    expect(inputs()).toMatchObject([{ VoiceId: 'JOANNA', MessageBody: expect.stringContaining('Your code is:') }]);
  });
});

describe('what AWS refuses', () => {
  const refusals: readonly [type: string, more: object, reason: SendFailure, providerCode: string][] = [
    [
      'ConflictException',
      { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
      'opted_out',
      'DESTINATION_PHONE_NUMBER_OPTED_OUT',
    ],
    [
      'ConflictException',
      { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' },
      'rejected',
      'DESTINATION_PHONE_NUMBER_NOT_VERIFIED',
    ],
    [
      'ConflictException',
      { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' },
      'country_not_enabled',
      'NO_ORIGINATION_IDENTITIES_FOUND',
    ],
    [
      'ValidationException',
      { Reason: 'DESTINATION_COUNTRY_BLOCKED' },
      'country_not_enabled',
      'DESTINATION_COUNTRY_BLOCKED',
    ],
    ['ValidationException', { Reason: 'PRICE_OVER_THRESHOLD' }, 'rejected', 'PRICE_OVER_THRESHOLD'],
    [
      'ValidationException',
      { Reason: 'INVALID_PARAMETER', Fields: [{ Name: 'DestinationPhoneNumber', Message: 'x' }] },
      'invalid_number',
      'INVALID_PARAMETER',
    ],
    [
      'ValidationException',
      { Reason: 'INVALID_PARAMETER', Fields: [{ Name: 'MessageBody', Message: 'x' }] },
      'rejected',
      'INVALID_PARAMETER',
    ],
    [
      'ServiceQuotaExceededException',
      { Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' },
      'bad_credentials',
      'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
    ],
    [
      'ServiceQuotaExceededException',
      { Reason: 'DAILY_DESTINATION_CALL_LIMIT' },
      'rejected',
      'DAILY_DESTINATION_CALL_LIMIT',
    ],
    ['ServiceQuotaExceededException', {}, 'slow_down', 'ServiceQuotaExceededException'],
    ['AccessDeniedException', { Reason: 'ACCOUNT_DISABLED' }, 'bad_credentials', 'ACCOUNT_DISABLED'],
    ['ResourceNotFoundException', { ResourceType: 'sender-id' }, 'bad_credentials', 'ResourceNotFoundException'],
    ['ThrottlingException', {}, 'slow_down', 'ThrottlingException'],
    ['UnrecognizedClientException', {}, 'bad_credentials', 'UnrecognizedClientException'],
    ['InvalidSignatureException', {}, 'bad_credentials', 'InvalidSignatureException'],
    ['ExpiredTokenException', {}, 'bad_credentials', 'ExpiredTokenException'],
    ['SomethingNewException', {}, 'rejected', 'SomethingNewException'],
  ];
  test.each(refusals)('%s %j: %s', async (type, more, reason, providerCode) => {
    aws.answerNext(error(type, more));
    const outcome = await sender().send(message());
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason,
      providerCode,
      providerMessage: expect.stringMatching(/^About \+…/),
    });
  });

  test('on their side, or by somebody between', async () => {
    aws.answerNext(
      error('InternalServerException', {}, 500),
      { kind: 'http', status: 503, body: '<html>' },
      { kind: 'http', status: 200, body: '<html>' },
      {
        kind: 'http',
        status: 400,
        body: '',
        headers: { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' },
      },
    );
    const outcomes = [];
    for (let each = 0; each < 4; each += 1) outcomes.push(await sender().send(message()));
    expect(outcomes).toMatchObject([
      { reason: 'provider_unavailable', providerCode: 'InternalServerException' },
      { reason: 'provider_unavailable', providerCode: 'HTTP_503' },
      { reason: 'provider_unavailable', providerCode: 'HTTP_200' },
      { reason: 'slow_down', providerCode: 'ThrottlingException' },
    ]);
  });

  test.each<[ApiAnswer, SendFailure]>([
    [{ kind: 'close' }, 'provider_unavailable'],
    [{ kind: 'truncate' }, 'provider_unavailable'],
    [{ kind: 'hang' }, 'timeout'],
  ])('%j', async (answer, reason) => {
    aws.answerNext(answer);
    expect(await sender({ timeoutMs: answer.kind === 'hang' ? 200 : 5_000 }).send(message())).toMatchObject({
      kind: 'failed',
      reason,
    });
  });
});

describe('a code that was typed', () => {
  const typed = { id: MESSAGE_ID, providerMessageId: MESSAGE, channel: 'SMS', country: 'NP', code: '123456' } as const;

  test('is told as received', async () => {
    aws.answerNext({ kind: 'http', status: 200, body: { MessageId: MESSAGE, MessageFeedbackStatus: 'RECEIVED' } });
    expect(await sender().verified(typed)).toBe('told');
    expect(targets()).toEqual(['PinpointSMSVoiceV2.PutMessageFeedback']);
    expect(inputs()).toEqual([{ MessageId: MESSAGE, MessageFeedbackStatus: 'RECEIVED' }]);
  });

  test.each<[ApiAnswer, string]>([
    [error('ValidationException'), 'refused'],
    [error('ThrottlingException'), 'unavailable'],
    [error('InternalServerException', {}, 500), 'unavailable'],
    [{ kind: 'close' }, 'unavailable'],
  ])('%j: %s', async (answer, outcome) => {
    aws.answerNext(answer);
    expect(await sender().verified(typed)).toBe(outcome);
  });
});

test('nothing that is printed holds the secret', () => {
  expect(inspect(sender(), { depth: 10, showHidden: true })).not.toContain('wJalrXUtnFEMI');
});
