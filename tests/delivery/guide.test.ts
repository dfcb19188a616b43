import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readSettings } from '../../src/platform/setting.js';
import { type DeliveryReport, deliveryFailures } from '../../src/providers/delivery-report.js';
import type { OutgoingMessage } from '../../src/providers/message-sender.js';
import { smtpSettings } from '../../src/providers/smtp/smtp.settings.js';
import { signatureOf, webhookKey } from '../../src/platform/webhook-signature.js';
import { WebhookReportReceiver } from '../../src/providers/gateway/gateway.receiver.js';
import { WebhookSender } from '../../src/providers/gateway/gateway.sender.js';
import { systemClock } from '../../src/platform/clock.js';
import { examplesOf, textOf } from '../support/documented-example.js';
import { eventually } from '../support/eventually.js';
import { startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { freePort } from '../support/process/free-port.js';

/** What docs/delivery.md tells operators, word by word. */

const examples = examplesOf('delivery.md');
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const id = '018f3a5e-7d2c-7cc1-9d3a-0a1b2c3d4e5f';

function example(name: string): string {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`docs/delivery.md has no example ${name}.`);
  return code;
}

/** The message of the example. */
const message = textMessage({
  id,
  to: '+9779812345678',
  text: '123456 is your Acme code. It expires in 10 minutes. Do not share it with anyone.',
});

async function openGateway() {
  const gateway = await startGatewayStandIn(secret);
  onTestFinished(() => gateway.close());
  return gateway;
}

function send(url: string, outgoing: OutgoingMessage = message, with_: { secret: string } = { secret }) {
  return new WebhookSender({ url, ...with_, timeoutMs: 5_000 }, systemClock).send(outgoing);
}

/** The service as far as a gateway sees it: where reports go, and what was reported. */
async function openService() {
  const kept: DeliveryReport[] = [];
  const reports = { report: async (report: DeliveryReport) => kept.push(report) > 0 };
  const receiver = new WebhookReportReceiver({ secret, reports, clock: systemClock });
  const server = createServer(async (incoming, response) => {
    const request = { url: incoming.url ?? '', headers: incoming.headers, body: await text(incoming) };
    response.writeHead(incoming.url === receiver.path ? await receiver.receive(request) : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { kept, receiver, url };
}

describe('the protocol', () => {
  test('a message looks as documented', async () => {
    const gateway = await openGateway();
    await send(gateway.url);
    expect(gateway.messages).toEqual([JSON.parse(example('message.json'))]);
  });

  test('the answers mean what is documented', async () => {
    const gateway = await openGateway();
    gateway.answerNext({ kind: 'http', status: 202, body: example('accepted.json') });
    expect(await send(gateway.url)).toMatchObject({
      kind: 'accepted',
      providerMessageId: 'gw-4711',
      price: { amount: 0.0075, currency: 'USD' },
    });
    gateway.answerNext({ kind: 'http', status: 422, body: example('refused.json') });
    expect(await send(gateway.url)).toMatchObject({ kind: 'failed', reason: 'opted_out', providerCode: 'E-21' });
  });

  test('the reports are heard, with every documented reason', async () => {
    const { kept, receiver } = await openService();
    for (const name of ['delivered.json', 'failed.json']) {
      const timestamp = Math.floor(systemClock.now().getTime() / 1000);
      const content = { id: 'report-1', timestamp, body: example(name) };
      const headers = {
        'webhook-id': content.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(content, webhookKey(secret)),
      };
      expect(await receiver.receive({ url: '', headers, body: content.body })).toBe(204);
    }
    expect(kept).toMatchObject([
      { messageId: id, state: 'delivered', providerMessageId: 'gw-4711', price: { amount: 0.0075 } },
      { messageId: id, state: 'failed', failure: 'unreachable', providerCode: '27' },
    ]);
    const section = textOf('delivery.md').split('Reasons: ')[1]?.split('An unknown reason')[0] ?? '';
    expect([...section.matchAll(/`(\w+)`/g)].map(([, reason]) => reason)).toEqual([...deliveryFailures]);
  });

  test('the examples of settings are taken', () => {
    const env = {
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_PHONE_NUMBER: '+15005550006',
      WEBHOOK_URL: 'https://gateway.example.com/send',
      WEBHOOK_SECRET: secret,
    };
    const [routes, mail] = ['routes', 'mail'].map((name) => environmentIn(example(name)));
    expect(readConfig({ ...env, ...mail, ...routes })).toMatchObject({ kind: 'config' });
    const reading = readConfig({ ...env, ...mail });
    expect(reading.kind === 'config' && reading.config.delivery.providers.has('smtp')).toBe(true);
    const { values, problems } = readSettings(smtpSettings, mail ?? {});
    expect([values.EMAIL_FROM, problems]).toEqual(['Acme <accounts@example.com>', []]);
  });
});

/** `NAME="value"` lines as a shell reads them. */
function environmentIn(lines: string): Record<string, string> {
  return Object.fromEntries([...lines.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]));
}

describe('the gateway in Node', () => {
  async function startExample(accountsUrl: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-gateway-'));
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    await writeFile(join(folder, 'gateway.mjs'), example('gateway.mjs'));
    const port = await freePort();
    const env = { WEBHOOK_SECRET: secret, ACCOUNTS_URL: accountsUrl, PORT: String(port) };
    const child: ChildProcess = fork(join(folder, 'gateway.mjs'), { cwd: folder, env, execArgv: [] });
    onTestFinished(async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(() => fetch(url, { method: 'POST' }).catch(() => null));
    return url;
  }

  test('sends each message once, reports it, and takes nothing from strangers', async () => {
    const { kept, url: accountsUrl } = await openService();
    const gateway = await startExample(accountsUrl);
    const first = await send(gateway);
    expect(first).toEqual({ kind: 'accepted', providerMessageId: expect.stringMatching(/^text-/) });
    expect(await send(gateway)).toEqual(first);
    expect(await eventually(async () => kept[0])).toMatchObject({ messageId: id, state: 'delivered' });
    const stranger = { secret: `whsec_${Buffer.alloc(32, 2).toString('base64')}` };
    expect(await send(gateway, message, stranger)).toMatchObject({ reason: 'bad_credentials' });
    expect(await send(gateway, textMessage({ id: 'message-2', channel: 'WHATSAPP' }))).toMatchObject({
      reason: 'rejected',
    });
    expect(kept).toHaveLength(1);
  });
});
