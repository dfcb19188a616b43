import { createHmac } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkDescription } from '../../../src/providers/described/check/check-description.js';
import { type Description, descriptionSchema } from '../../../src/providers/described/description.js';
import { messageNames } from '../../../src/providers/described/message-values.js';
import { SHIPPED, shippedDescriptions } from '../../../src/providers/described/shipped.js';
import { configured, openReceiver, openSender, PUBLIC_URL } from '../../support/delivery/described/described-by.js';
import { startProviderStandIn } from '../../support/delivery/described/stand-in.js';
import { MESSAGE_ID, textMessage } from '../../support/delivery/outgoing-message.js';
import { RecordingReports } from '../../support/delivery/report-server.js';
import { environmentOf, examplesOf, textOf } from '../../support/documented-example.js';
import { ManualClock } from '../../support/manual-clock.js';

/** An operator who follows docs/described-providers.md. */

const guide = examplesOf('described-providers.md');
const document: Description = JSON.parse(guide.get('mytel.json') ?? '');
const { PROVIDER_FILES, SMS_PROVIDER, ...settings } = environmentOf(guide.get('mytel.env') ?? '');

describe('the example', () => {
  test('is complete', () => {
    expect(checkDescription(document)).toMatchObject({ kind: 'description' });
    expect([PROVIDER_FILES, SMS_PROVIDER]).toEqual([`/etc/phone-accounts/${document.name}.json`, document.name]);
  });

  test('sends a message, and hears what became of it', async () => {
    const standIn = await startProviderStandIn();
    const clock = new ManualClock();
    const provider = configured(document, { ...settings, MYTEL_BASE_URL: standIn.url });
    const sender = await openSender(provider, clock);
    standIn.answerWith({
      status: 202,
      body: { status: 'queued', id: 'm-1', price: { amount: '0.012', currency: 'USD' } },
    });
    const expiresAt = new Date(clock.now().getTime() + 600_000);
    expect(await sender.send(textMessage({ expiresAt }))).toEqual({
      kind: 'accepted',
      providerMessageId: 'm-1',
      price: { amount: 0.012, currency: 'USD' },
    });
    const callback = `${PUBLIC_URL}/webhooks/mytel?message=${MESSAGE_ID}`;
    expect(JSON.parse(standIn.requests[0]?.body ?? '')).toEqual({
      ...{ to: '+9779800000000', from: 'InfoSMS', text: '123456 is your code.' },
      ...{ validity: 600, encoding: 'plain', callback },
    });
    await standIn.close();

    const reports = new RecordingReports();
    const receiver = await openReceiver(provider, { reports, clock });
    const body = JSON.stringify({
      events: [
        { id: 'm-1', state: 'queued' },
        { id: 'm-1', state: 'failed', reason: 'off' },
      ],
    });
    const signedAt = (seconds: number) => {
      const time = String(Math.floor(clock.now().getTime() / 1000) + seconds);
      const signature = createHmac('sha256', settings['MYTEL_REPORT_KEY'] ?? '').update(`${time}.${callback}.${body}`);
      return { url: callback, headers: { 'x-mytel-time': time, 'x-mytel-signature': signature.digest('hex') }, body };
    };
    for (const seconds of [-301, 301]) expect(await receiver.receive(signedAt(seconds))).toBe(403);
    expect(await receiver.receive(signedAt(-299))).toBe(204);
    expect(reports.told).toEqual([
      {
        ...{ messageId: MESSAGE_ID, provider: 'mytel', providerMessageId: 'm-1' },
        ...{ state: 'failed', failure: 'unreachable', providerCode: 'off' },
      },
    ]);
  });
});

describe('the page', () => {
  const text = textOf('described-providers.md');

  test('names every placeholder, every proof and every outcome', () => {
    for (const name of messageNames) expect(text).toContain(`\`{${name}}\``);
    const proofs = descriptionSchema.shape.reports
      .unwrap()
      .shape.proof.element.options.map(({ shape }) => shape.kind.value);
    for (const kind of proofs) expect(text).toContain(`\`${kind}\``);
    const outcomes = [descriptionSchema.shape.answer.shape.rules, descriptionSchema.shape.reports.unwrap().shape.rules];
    for (const { element } of outcomes) {
      for (const outcome of element.shape.means.options.filter((each) => each !== 'timeout'))
        expect(text).toContain(`\`${outcome}\``);
    }
  });
});

test('editors check the shipped files and the example by the schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../described-provider.schema.json', SHIPPED), 'utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  for (const each of [document, ...shippedDescriptions()]) {
    expect(validate(each), JSON.stringify([each.name, validate.errors])).toBe(true);
  }
  expect(validate({ ...document, answr: {} })).toBe(false);
});
