import { parseArgs } from 'node:util';
import { type CostReport, costReport, costTable, type Grouping, groupings } from '../costs/cost-report.js';
import { createCosts } from '../costs/costs.js';
import { loadPriceList } from '../costs/load-price-list.js';
import { daysAfter, dayOf } from '../costs/utc-day.js';
import { openDatabase } from '../database/database.js';
import { askBalance, inWords } from '../messaging/balances/ask-balance.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import type { Balance } from '../providers/message-sender.js';
import { openSenders } from '../providers/open-providers.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run costs -- [--days 30] [--by country,provider,channel] [--json]
  what was sent in the last days, today included, what it cost, and what is left with providers that tell it`;
/** Sums of days are kept for so long. */
const MOST_DAYS = 400;

interface Request {
  readonly days: number;
  readonly by: readonly Grouping[];
  readonly json: boolean;
}

async function tellCosts(start: StartUp): Promise<void> {
  const { days, by, json } = readRequest(process.argv.slice(2));
  const { config, logger, stops } = start;
  const priceList = await loadPriceList(config.pricesFile, { channels: [] });
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  stops.push(close);
  const now = systemClock.now();
  const [from, to] = [daysAfter(dayOf(now), 1 - days), dayOf(now)];
  const { learnPrices, sendDays } = createCosts({ db, logger, priceList, free: config.delivery.developmentProviders });
  await learnPrices();
  const { currency, paid } = await sendDays.since(from, now);
  const told = { from, to, currency, report: costReport(paid, by), left: await balances(start) };
  process.stdout.write(json ? asJson(told) : asText({ ...told, by }));
  await stopAll(stops);
}

async function balances({ config, stops }: StartUp): Promise<readonly ProviderBalance[]> {
  const parts = { clock: systemClock, output: process.stdout, publicUrl: null, production: config.production, stops };
  const senders = await openSenders(config.delivery.providers, parts);
  const asked = [...senders].map(async ([provider, sender]) => ({ provider, balance: await askBalance(sender) }));
  return (await Promise.all(asked)).flatMap(({ provider, balance }) => (balance ? [{ provider, ...balance }] : []));
}

interface ProviderBalance extends Balance {
  readonly provider: string;
}

function readRequest(args: string[]): Request {
  const { days, by, json } = readOptions(args);
  const named = by.split(',');
  const unknown = named.find((name) => !groupings.some((grouping) => grouping === name));
  if (unknown !== undefined) throw new CommandError(`costs are not told by "${unknown}".\n${USAGE}`);
  if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS) {
    throw new CommandError(`--days must be a whole number from 1 to ${MOST_DAYS}.\n${USAGE}`);
  }
  return { days: Number(days), by: groupings.filter((grouping) => named.includes(grouping)), json };
}

function readOptions(args: string[]) {
  const options = {
    days: { type: 'string', default: '30' },
    by: { type: 'string', default: groupings.join(',') },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch {
    throw new CommandError(`there is no such option.\n${USAGE}`);
  }
}

interface Told {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly report: CostReport;
  readonly left: readonly ProviderBalance[];
}

function asJson({ from, to, currency, report: { lines, total }, left }: Told): string {
  const flat = ({ of, ...figures }: (typeof lines)[number]) => ({ ...of, ...figures });
  const told = { from, to, currency, lines: lines.map(flat), total: flat(total), balances: left };
  return `${JSON.stringify(told, null, 2)}\n`;
}

function asText({ from, to, currency, report, left, by }: Told & { readonly by: readonly Grouping[] }): string {
  const { sent, priced } = report.total;
  const known = `Providers told the price of ${priced} of ${sent} messages. The others are estimated (docs/costs.md).`;
  const balances = left.map((each) => `Left with ${each.provider}: ${inWords(each)}.\n`);
  return `Days ${from} to ${to} (UTC)\n${costTable(report, by, currency)}\n${known}\n${balances.join('')}`;
}

await runCommand(USAGE, tellCosts);
