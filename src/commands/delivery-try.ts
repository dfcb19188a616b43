import { channels } from '../texts/channel.js';
import { askBalance, inWords } from '../messaging/balances/ask-balance.js';
import { adviceFor } from '../providers/failure-advice.js';
import type { SendOutcome } from '../providers/message-sender.js';
import { openSenders } from '../providers/open-providers.js';
import type { ConfiguredProvider } from '../providers/provider.js';
import { trialMessage } from './trial-message.js';
import { readTrialRequest, type TrialRequest } from './trial-request.js';
import { systemClock } from '../platform/clock.js';
import { systemRandom } from '../platform/random.js';
import { CommandError } from '../platform/startup-error.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage:
  npm run delivery:try -- --channel SMS --to +15551234567 [--locale es]
  npm run delivery:try -- --channel EMAIL --to someone@example.com
sends a test message through each provider of the route, one after the other. Channels: ${channels.join(', ')}
  npm run delivery:try -- --provider NAME --to +15551234567 [--channel WHATSAPP]
sends it through that provider only, also if no route leads there yet.`;

type DeliveryConfig = StartUp['config']['delivery'];

/** `npm run delivery:try`: ends with 0 if a provider took the message, with 1 if none did. */
async function tryDelivery({ config, stops }: StartUp): Promise<void> {
  const { delivery, production, phoneNumbers } = config;
  const { texts, channelsByProvider } = delivery;
  const rules = { phoneNumbers, defaultLocale: texts.defaultLocale, channelsByProvider };
  const request = readTrialRequest(process.argv.slice(2), rules, systemClock.now());
  if (request.kind === 'mistake') throw new CommandError(`${request.what}\n${USAGE}`);
  const providers =
    request.provider === null ? onRoute(request, delivery) : [named(request.provider, request, delivery)];
  // Reports about the test message are not wanted: this process ends at once.
  const parts = { clock: systemClock, output: process.stdout, publicUrl: null, production, stops };
  const opened = new Map(providers.map((provider) => [provider.name, provider]));
  const senders = await openSenders(opened, parts);
  const id = systemRandom.rowId(systemClock);
  const message = trialMessage({ ...request, id, texts, now: systemClock.now() });
  let taken = 0;
  for (const provider of providers) {
    const sender = present(senders.get(provider.name));
    const outcome = await sender.send(message);
    if (outcome.kind === 'accepted') taken += 1;
    process.stdout.write(`${tell(provider, outcome)}\n`);
    const left = await askBalance(sender);
    if (left) process.stdout.write(`${provider.name}: ${inWords(left)} left\n`);
  }
  await stopAll(stops);
  if (taken === 0) process.exitCode = 1;
}

function onRoute(request: TrialRequest, { routes, providers }: DeliveryConfig): readonly ConfiguredProvider[] {
  const route = routes.providersOf(request.target);
  if (route.length === 0) throw new CommandError(`there is no route for ${placeOf(request)}: set DELIVERY_ROUTES.`);
  return route.map((name) => present(providers.get(name)));
}

/** One that no route leads to has not told yet what it needs. */
function named(name: string, { target }: TrialRequest, delivery: DeliveryConfig): ConfiguredProvider {
  const { provider, problems } = present(delivery.configure(name, target.channel) ?? undefined);
  if (problems.length > 0) throw new CommandError(problems.join('\n'));
  return provider;
}

function placeOf({ target: { channel, country } }: TrialRequest): string {
  return country === null ? channel : `${channel} to ${country}`;
}

/** The configuration has each provider of each route. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a provider of the route was not opened');
  return value;
}

function tell({ name, advice }: ConfiguredProvider, outcome: SendOutcome): string {
  if (outcome.kind === 'accepted') {
    const { providerMessageId, price } = outcome;
    const cost = price ? `, for ${price.amount} ${price.currency}` : '';
    return `${name}: accepted${providerMessageId === null ? '' : ` as ${providerMessageId}`}${cost}`;
  }
  const { reason, providerCode, retryAfterSeconds } = outcome;
  const wait = retryAfterSeconds === undefined ? '' : ` It asks to wait ${retryAfterSeconds} s.`;
  const code = providerCode === null ? '' : ` (${providerCode})`;
  return `${name}: not taken, ${reason}${code}. ${adviceFor(advice, outcome)}${wait}`;
}

await runCommand(USAGE, tryDelivery);
