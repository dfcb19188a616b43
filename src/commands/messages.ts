import { parseArgs } from 'node:util';
import { createDeliveryReports } from '../admin/delivery-report/delivery-report.js';
import type { DeliveryReport } from '../admin/delivery-report/delivery-report.service.js';
import { openDatabase } from '../database/database.js';
import { appSecret } from '../platform/app-secret.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { obtainSecret, type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run messages -- --to +9779800000000 [--json]
  why a number got no code: the most likely cause, and its requests and messages of the last seven days`;

/** `npm run messages`: "why did I get no code?", at the machine. */
async function messages(start: StartUp): Promise<void> {
  const { to, json } = readCall(process.argv.slice(2));
  const { config, stops } = start;
  const secrets = { current: appSecret(await obtainSecret(start)), previous: null };
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  stops.push(close);
  // This process notes nothing.
  const codeRequests = { idle: async () => undefined };
  const reports = createDeliveryReports({ db, settings: config, secrets, clock: systemClock, codeRequests });
  const report = await reports.report(to);
  process.stdout.write(`${json ? JSON.stringify(asJson(report), null, 2) : asText(report)}\n`);
  await stopAll(stops);
}

function readCall(args: string[]): { to: string; json: boolean } {
  const options = { to: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
  const { to, json } = readOptions(args, options);
  if (to === undefined) throw new CommandError(`--to is missing.\n${USAGE}`);
  return { to, json };
}

function readOptions(args: string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options'] & object) {
  try {
    return parseArgs({ args, options }).values as { to?: string; json: boolean };
  } catch {
    throw new CommandError(`there is no such option.\n${USAGE}`);
  }
}

/** Without hashes of numbers and ids of challenges, which tell readers nothing. */
function asJson({ requests, challenges, messages, ...report }: DeliveryReport): object {
  return {
    ...report,
    requests: requests.map(({ id: _, number: __, ...request }) => request),
    challenges: challenges.map(({ purpose, createdAt, expiresAt, sentAt, consumedAt, attempts }) => {
      return { purpose, createdAt, expiresAt, sentAt, consumedAt, attempts };
    }),
    messages: messages.map(({ challengeId: _, ...message }) => message),
  };
}

function asText(report: DeliveryReport): string {
  const { phoneNumber, country, cause, explanation, requests, messages } = report;
  const asked = requests.map(({ at, purpose, channel, result, reason, budget }) =>
    line(at, [purpose, channel, result, reason, budget]),
  );
  const sent = messages.map((message) => {
    const { createdAt, channel, status, provider, failure, providerCode, providerMessage, price, priceCurrency } =
      message;
    const cost = price === null ? null : `${price} ${priceCurrency}`;
    const purpose = message.purpose ?? 'notice';
    return line(createdAt, [purpose, channel, status, provider, failure, providerCode, providerMessage, cost]);
  });
  return [
    `${phoneNumber}${country === null ? '' : ` (${country})`}: ${cause}`,
    explanation,
    ...['', 'Requests:', ...(asked.length > 0 ? asked : ['  none'])],
    ...['', 'Messages:', ...(sent.length > 0 ? sent : ['  none'])],
  ].join('\n');
}

function line(at: Date, told: readonly (string | null)[]): string {
  return `  ${at.toISOString()}  ${told.filter((each) => each !== null).join('  ')}`;
}

await runCommand(USAGE, messages);
