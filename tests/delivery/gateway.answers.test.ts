import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebhookSender } from '../../src/providers/gateway/gateway.sender.js';
import { systemClock } from '../../src/platform/clock.js';
import { type GatewayAnswer, type GatewayStandIn, startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { textMessage } from '../support/delivery/outgoing-message.js';

/** M7: gateways of the real world answer 200 with whatever their authors thought of. Its body says what happened. */

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

let gateway: GatewayStandIn;
beforeEach(async () => {
  gateway = await startGatewayStandIn(secret);
});
afterEach(() => gateway.close());

function send(answer: GatewayAnswer) {
  gateway.answerNext(answer);
  return new WebhookSender({ url: gateway.url, secret, timeoutMs: 2_000 }, systemClock).send(textMessage());
}

const says = (body: string, contentType = 'text/html', status = 200) =>
  send({ kind: 'http', status, body, headers: { 'content-type': contentType } });

const accepted = { kind: 'accepted', providerMessageId: null };

describe('a 2xx was taken, so that no second text is sent:', () => {
  test.each([
    ['in plain words', 'OK'],
    ['with an id of its own', '1701|9779800000000|2604-bd28'],
    ['with a number', '0'],
    ['with white space only', ' \r\n'],
    ['in XML', '<?xml version="1.0"?><response><status>sent</status><error>0</error></response>'],
    ['after an HTML line break of PHP', 'Message sent<br>'],
    ['and says that there were no errors', 'Sent: 1, failed: 0, errors: 0'],
    ['and says so in words', 'Sent without error. No errors.'],
    ['with the error number 0', 'error=0&id=77'],
    ['with an error code of nothing', 'errorCode: 000, id: 77'],
    ['with words that only look like it', 'Routed via Terry, unfailing'],
    ['with true', 'true'],
    ['with null', 'null'],
    ['with an empty list', '[]'],
    ['with a text in JSON', '"queued"'],
    ['with a list of one message', '[{"id": "gw-1", "status": "queued"}]'],
    ['with half of a JSON object', '{"status": "queued", "error": null, "id": "gw-'],
    ['with more than anybody reads', `queued ${' '.repeat(70_000)}`],
  ])('%s', async (_name, body) => {
    expect(await says(body)).toEqual(accepted);
    expect(await says(body, 'application/json', 202)).toEqual(accepted);
  });

  test.each([
    { error: null },
    { error: false },
    { error: '' },
    { error: 0 },
    { error: '0' },
    { error: {} },
    { error: [] },
    { error: { code: 0, message: '' } },
    { errors: [] },
    { success: true },
    { success: 'true' },
    { status: 'queued' },
    { status: 200 },
    { status: 'ok', error: 'none' },
    { text: 'Your error is our error' },
  ])('in JSON without an error: %j', async (json) => {
    expect(await says(JSON.stringify(json))).toEqual(accepted);
  });

  test('behind a byte order mark, with its id', async () => {
    expect(await says('\uFEFF{"id": "gw-1"}')).toEqual({ kind: 'accepted', providerMessageId: 'gw-1' });
  });
});

describe('a 2xx that says error was refused, and is not posted again:', () => {
  const refused = { kind: 'failed', reason: 'rejected', providerCode: 'HTTP_200' };

  test.each([
    'ERROR',
    'error: no credit',
    'ERR: 114, Cannot route message',
    'Error 105',
    'error_code=12',
    'errorCode: 12',
    'errors: 1',
    'Sending failed',
    'status=FAILED',
    '<response><error>Invalid sender</error></response>',
    '"error"',
    'false',
    '[{"error": "no credit"}]',
  ])('%j', async (body) => {
    expect(await says(body)).toMatchObject(refused);
    expect(await says(body, 'application/json')).toMatchObject(refused);
  });

  test.each([
    { error: 'no credit' },
    { error: true },
    { error: 12 },
    { error: { code: 12 } },
    { error: [{ message: 'no credit' }] },
    { errors: ['no credit'] },
    { Error: 'no credit' },
    { success: false },
    { success: 'false' },
    { success: 0 },
    { ok: false },
    { status: 'failed' },
    { status: 'FAILED' },
    { status: 'error', message: 'no credit' },
    { status: false },
    { id: 'gw-1', status: 'rejected' },
  ])('%j', async (json) => {
    expect(await says(JSON.stringify(json))).toMatchObject(refused);
  });

  test('with a reason, which is believed as in any refusal', async () => {
    const body = { success: false, reason: 'opted_out', providerCode: 'E-21' };
    expect(await says(JSON.stringify(body))).toEqual({ kind: 'failed', reason: 'opted_out', providerCode: 'E-21' });
  });
});

describe('a web page comes from a server between, which took nothing:', () => {
  test.each([
    '<!DOCTYPE html><title>Welcome</title>',
    '\n<!-- captive portal -->\n<HTML><body>OK</body>',
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html>',
    '<script>location = "/sign-in"</script>',
    '<h1>It works!</h1>',
  ])('%j', async (body) => {
    const unavailable = { kind: 'failed', reason: 'provider_unavailable', providerCode: 'HTTP_200' };
    expect(await says(body)).toEqual(unavailable);
    expect(await says(body, 'application/json')).toEqual(unavailable);
  });
});

test('a 409 means that the gateway has the message from an attempt before', async () => {
  expect(await says('{"error": "duplicate", "id": "gw-1"}', 'application/json', 409)).toEqual({
    kind: 'accepted',
    providerMessageId: 'gw-1',
  });
  expect(await says('Conflict', 'text/plain', 409)).toEqual(accepted);
});
