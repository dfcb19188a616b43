import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { Channel } from '../../src/texts/channel.js';
import { SEND_WITHIN } from '../../src/providers/message-sender.js';
import { openSenders } from '../../src/providers/open-providers.js';
import { systemClock } from '../../src/platform/clock.js';
import { startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { startMailStandIn } from '../support/delivery/mail-stand-in.js';
import { emailMessage, textMessage } from '../support/delivery/outgoing-message.js';
import { startScriptedSmtp } from '../support/delivery/scripted-smtp.js';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** The senders that an environment leads to, as the service opens them. */
async function open(env: Record<string, string>, production = false) {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const output = new PassThrough();
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
  });
  const { delivery } = reading.config;
  const parts = { clock: systemClock, output, publicUrl: null, production, stops };
  const senders = await openSenders(delivery.providers, parts);
  return { senders, output, stops, routes: delivery.routes };
}

test('somebody who sets nothing has the terminal for every channel', async () => {
  const { senders, output, routes } = await open({});
  expect([...senders.keys()]).toEqual(['console']);
  const channels: Channel[] = ['SMS', 'WHATSAPP', 'TELEGRAM', 'VOICE', 'EMAIL'];
  for (const channel of channels) expect(routes.providersOf({ channel, country: 'NP' })).toEqual(['console']);
  expect(await senders.get('console')?.send(textMessage())).toMatchObject({ kind: 'accepted' });
  expect(String(output.read())).toContain('123456');
});

test('somebody with four providers has them all, each under its name', async () => {
  const gateway = await startGatewayStandIn(secret);
  const mail = await startMailStandIn({ encryption: 'none' });
  onTestFinished(async () => {
    await gateway.close();
    await mail.close();
  });
  const { senders, stops } = await open({
    DELIVERY_ROUTES: 'SMS=twilio,webhook,console EMAIL=smtp',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_PHONE_NUMBER: '+15005550006',
    WEBHOOK_URL: gateway.url,
    WEBHOOK_SECRET: secret,
    SMTP_URL: `smtp://${mail.host}`,
    EMAIL_FROM: 'accounts@example.com',
  });
  expect([...senders.keys()].sort()).toEqual(['console', 'smtp', 'twilio', 'webhook']);
  for (const [provider, sender] of senders) expect(sender.provider).toBe(provider);
  expect(await senders.get('webhook')?.send(textMessage())).toMatchObject({ kind: 'accepted' });
  expect(await senders.get('smtp')?.send(emailMessage())).toMatchObject({ kind: 'accepted' });
  expect([gateway.messages.length, mail.mails.length]).toEqual([1, 1]);
  // Only email keeps connections that somebody has to end.
  expect(stops).toHaveLength(1);
});

test('emails of production are not sent in the clear, those of development are', async () => {
  const server = await startScriptedSmtp({});
  onTestFinished(() => server.close());
  const env = { DELIVERY_ROUTES: 'EMAIL=smtp', SMTP_URL: `smtp://${server.host}`, EMAIL_FROM: 'accounts@example.com' };
  const [development, production] = [await open(env), await open(env, true)];
  expect(await development.senders.get('smtp')?.send(emailMessage())).toMatchObject({ kind: 'accepted' });
  expect(await production.senders.get('smtp')?.send(emailMessage())).toMatchObject({ providerCode: 'NO_STARTTLS' });
});

test('a provider that never answers is given up before anybody else takes the message up', async () => {
  const gateway = await startGatewayStandIn(secret);
  onTestFinished(() => gateway.close());
  gateway.answerNext({ kind: 'hang' });
  const { senders } = await open({ SMS_PROVIDER: 'webhook', WEBHOOK_URL: gateway.url, WEBHOOK_SECRET: secret });
  const start = performance.now();
  expect(await senders.get('webhook')?.send(textMessage())).toMatchObject({ reason: 'timeout' });
  expect(performance.now() - start).toBeLessThan(SEND_WITHIN * 1000);
});
