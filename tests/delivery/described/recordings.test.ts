import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDescription } from '../../../src/providers/described/check/check-description.js';
import type { Description } from '../../../src/providers/described/description.js';
import { shippedDescriptions } from '../../../src/providers/described/shipped.js';
import type { OutgoingMessage } from '../../../src/providers/message-sender.js';
import {
  addressSetting,
  configured,
  openReceiver,
  openSender,
  PUBLIC_URL,
} from '../../support/delivery/described/described-by.js';
import {
  type RecordedAnswer,
  type RecordedBalance,
  type RecordedReport,
  type Recording,
  recordings,
} from '../../support/delivery/described/recording.js';
import {
  PUBLIC_KEY,
  signedReport,
  type UnsignedReport,
  withParameter,
} from '../../support/delivery/described/signed-report.js';
import {
  type ArrivedRequest,
  type ProviderStandIn,
  startProviderStandIn,
} from '../../support/delivery/described/stand-in.js';
import { MESSAGE_ID, textMessage } from '../../support/delivery/outgoing-message.js';
import { RecordingReports } from '../../support/delivery/report-server.js';
import { ManualClock } from '../../support/manual-clock.js';

/** Each provider that a file describes, against what its documents say it answers and reports. */

const descriptions = shippedDescriptions();
let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());

test('every description has its recorded answers, and each is complete', () => {
  expect(recordings.map(({ provider }) => provider)).toEqual(descriptions.map(({ name }) => name));
  for (const description of descriptions) expect(checkDescription(description)).toMatchObject({ kind: 'description' });
});

describe.each(recordings)('$provider', (recording) => {
  const description = descriptions.find(({ name }) => name === recording.provider) as Description;
  const settings = { ...recording.settings, ...publicKeys(description) };

  test('has an accepted message, a refusal, and a wrong key among its recordings', () => {
    const outcomes = recording.answers.map(({ outcome }) =>
      outcome.kind === 'accepted' ? 'accepted' : outcome.reason,
    );
    expect(outcomes).toEqual(expect.arrayContaining(['accepted', 'bad_credentials']));
    expect(recording.balance !== undefined).toBe(description.balance !== undefined);
    expect(recording.reports.length > 0).toBe(description.reports !== undefined);
    expect(new Set(recording.answers.map(({ what }) => what)).size).toBe(recording.answers.length);
  });

  if (recording.balance !== undefined) {
    const { balance } = recording;
    test('tells what is left of the money', () => askBalance(description, settings, balance));
  }

  test.each(recording.answers)('$what', (recorded) => replay(description, settings, recorded));

  test.each(recording.reports)('reports: $what', (recorded) =>
    report(description, { ...settings, ...recorded.settings }, recorded),
  );
});

/** A pair of keys of the tests stands in for that of the provider. */
function publicKeys({ reports }: Description): Record<string, string> {
  const names = (reports?.proof ?? []).flatMap((proof) => (proof.kind === 'ed25519' ? [proof.setting] : []));
  return Object.fromEntries(names.map((name) => [name, PUBLIC_KEY]));
}

async function replay(
  description: Description,
  settings: Recording['settings'],
  recorded: RecordedAnswer,
): Promise<void> {
  const clock = new ManualClock();
  const env = { ...settings, ...recorded.settings, [addressSetting(description)]: standIn.url };
  const sender = await openSender(configured(description, env), clock);
  const expiresAt = new Date(clock.now().getTime() + 600_000);
  const message = { ...textMessage({ to: '+9779812345678', expiresAt }), ...recorded.message } as OutgoingMessage;
  const before = standIn.requests.length;
  standIn.answerWith(recorded.answer ?? { status: 500 });
  expect(await sender.send(message)).toEqual(recorded.outcome);
  const [request, ...others] = standIn.requests.slice(before);
  expect(others).toEqual([]);
  if (recorded.request === null) expect(request).toBeUndefined();
  else expect(request).toMatchObject(asArrived(recorded, request));
}

async function askBalance(
  description: Description,
  settings: Recording['settings'],
  recorded: RecordedBalance,
): Promise<void> {
  const env = { ...settings, [addressSetting(description)]: standIn.url };
  const sender = await openSender(configured(description, env), new ManualClock());
  standIn.answerWith(recorded.answer);
  expect(await sender.balance?.()).toEqual(recorded.balance);
  const request = standIn.requests.at(-1);
  expect(request).toMatchObject(asArrived(recorded, request));
  for (const answer of [
    { status: 401, body: recorded.answer.body },
    { status: 200, body: 'Sorry' },
  ]) {
    standIn.answerWith(answer);
    expect(await sender.balance?.()).toBeNull();
  }
}

/** What is recorded of a request, in the form in which it arrives. */
function asArrived(
  { request: recorded }: Pick<RecordedAnswer, 'request'>,
  arrived: ArrivedRequest | undefined,
): object {
  const { body, ...named } = recorded ?? {};
  if (arrived !== undefined && body !== undefined) expect(readAs(body, arrived)).toEqual(body);
  if (named.query !== undefined) expect(arrived?.query).toEqual(named.query);
  return named;
}

function readAs(body: unknown, arrived: ArrivedRequest): unknown {
  if (typeof body === 'string') return arrived.body;
  const isForm = arrived.headers['content-type'] === 'application/x-www-form-urlencoded';
  return isForm ? Object.fromEntries(new URLSearchParams(arrived.body)) : JSON.parse(arrived.body);
}

async function report(
  description: Description,
  settings: Recording['settings'],
  recorded: RecordedReport,
): Promise<void> {
  const { proof = [], message } = description.reports ?? {};
  const clock = recorded.now === undefined ? new ManualClock() : new ManualClock(new Date(recorded.now));
  const reports = new RecordingReports();
  const receiver = await openReceiver(configured(description, settings), { reports, clock });
  const unsigned = unsignedReport(description, recorded);
  const signed = recorded.sign === false ? unsigned : signedReport(unsigned, proof, { settings, now: clock.now() });

  expect(await receiver.receive(signed)).toBe(recorded.answered);
  const about = { messageId: message === 'providerId' ? null : MESSAGE_ID, provider: description.name };
  const expected = recorded.report === null ? [] : [recorded.report].flat().map((each) => ({ ...about, ...each }));
  expect(reports.told).toEqual(expected);

  reports.told.length = 0;
  expect(await receiver.receive(unsigned === signed ? { ...signed, headers: {} } : unsigned)).toBe(403);
  const otherSettings = Object.fromEntries(
    Object.keys(settings).map((name) => [name, `whsec_${btoa('another secret, of 24 bytes or more')}`]),
  );
  const forged = signedReport(unsigned, proof, { settings: otherSettings, now: clock.now() });
  if (proof.every(({ kind }) => kind !== 'ed25519')) expect(await receiver.receive(forged)).toBe(403);
  expect(reports.told).toEqual([]);
}

function unsignedReport({ name, reports }: Description, { request, url: recorded }: RecordedReport): UnsignedReport {
  const { query, headers = {}, form, json, text } = request;
  const url = recorded ?? `${PUBLIC_URL}/webhooks/${name}${query === undefined ? '' : `?${query}`}`;
  const body =
    text ??
    (form !== undefined ? new URLSearchParams(form).toString() : json !== undefined ? JSON.stringify(json) : '');
  const isToName = recorded === undefined && reports?.message === 'address';
  return { url: isToName ? withParameter(url, 'message', MESSAGE_ID) : url, headers, body };
}
