import { parseArgs } from 'node:util';
import { createCosts } from '../costs/costs.js';
import { loadPriceList } from '../costs/load-price-list.js';
import { openDatabase } from '../database/database.js';
import { MedianDelayRepository } from '../learned-routes/median-delay.repository.js';
import { RouteFactsRepository } from '../learned-routes/route-facts.repository.js';
import { type ReportedProvider, type RouteReport, RouteReportService } from '../learned-routes/route-report.service.js';
import { isCountry } from '../phone/country.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';
import { type Channel, channels } from '../texts/channel.js';

const USAGE = `Usage: npm run routes -- --country NP [--channel SMS] [--json]
  which providers send to a country, in which order, and why`;

/** `npm run routes`: the order of providers, explained. */
async function tellRoutes(start: StartUp): Promise<void> {
  const { country, channel, json } = readCall(process.argv.slice(2));
  const { config, logger, stops } = start;
  const { routes, developmentProviders: free } = config.delivery;
  const priceList = await loadPriceList(config.pricesFile, { channels: [] });
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  stops.push(close);
  const { prices, learnPrices } = createCosts({ db, logger, priceList, free });
  await learnPrices();
  const facts = new RouteFactsRepository(db);
  const delays = new MedianDelayRepository(db);
  const reports = await new RouteReportService({ facts, delays, routes, prices, clock: systemClock }).reports(
    country,
    channel,
  );
  process.stdout.write(`${json ? JSON.stringify(reports, null, 2) : asText(reports, country)}\n`);
  await stopAll(stops);
}

interface Call {
  readonly country: string;
  readonly channel: Channel | null;
  readonly json: boolean;
}

function readCall(args: string[]): Call {
  const { country, channel, json } = readOptions(args);
  if (country === undefined || !isCountry(country.toUpperCase()))
    throw new CommandError(`--country must be two letters such as NP, or 001.\n${USAGE}`);
  const only = channels.find((each) => each === channel?.toUpperCase()) ?? null;
  if (channel !== undefined && only === null)
    throw new CommandError(`--channel must be one of ${channels.join(', ')}.\n${USAGE}`);
  return { country: country.toUpperCase(), channel: only, json };
}

function readOptions(args: string[]) {
  const options = {
    country: { type: 'string' },
    channel: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch {
    throw new CommandError(`there is no such option.\n${USAGE}`);
  }
}

function asText(reports: readonly RouteReport[], country: string): string {
  if (reports.length === 0) return `Nothing is sent to ${country} (DELIVERY_ROUTES).`;
  return reports.map(routeText).join('\n\n');
}

function routeText(report: RouteReport): string {
  const { channel, country, learned, currency, ownersAlone, halfLifeSeconds, mostCodes, providers } = report;
  const days = Math.round(halfLifeSeconds / 86_400);
  const learnedFrom = ownersAlone
    ? 'Only codes to numbers count that verified an account a day before.'
    : 'Codes to all numbers count: too few go to numbers that verified an account a day before.';
  const window = `What is known fades to a half in ${days} days, and with every ${mostCodes} codes. ${learnedFrom}`;
  return [
    `${channel}${country === null ? '' : ` to ${country}`}: ${learned ? 'the order is learned' : 'the order of the settings'}`,
    table(providers, currency),
    ...providers.map(({ provider, explanation }) => `${provider}: ${explanation}`),
    ...(learned ? [window] : []),
  ].join('\n');
}

function table(providers: readonly ReportedProvider[], currency: string): string {
  const head = ['', 'first for', 'codes', 'verified', 'share', 'between', 'median', currency, `${currency}/verified`];
  const rows = providers.map((each, place) => [
    `${place + 1}. ${each.provider}`,
    percent(each.part),
    each.tries.toFixed(0),
    each.verified.toFixed(0),
    each.share ? percent(each.share.mean) : '–',
    each.share ? `${percent(each.share.low)} and ${percent(each.share.high)}` : '–',
    each.medianSeconds === null ? '–' : `${each.medianSeconds.toFixed(0)} s`,
    each.price.toFixed(4),
    each.costPerVerified?.toFixed(4) ?? '–',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return [head, ...rows].map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}

await runCommand(USAGE, tellRoutes);
