import { limits } from '../src/budgets/limits/limits.js';
import { type SendSettings, sendLimits } from '../src/budgets/send-limits.js';
import { progress } from '../scripts/long-command.js';
import { loadPriceList } from '../src/costs/load-price-list.js';
import { Prices } from '../src/costs/prices.js';
import { freshAddress, oneNetwork } from './addresses.js';
import { DAY, HOUR, MINUTE, SECOND } from './campaign.js';
import { COUNTRY_CODE, freshNumber, ONE_COUNTRY, someRange } from './numbers.js';
import type { Part, PartOptions } from './part.js';
import { type Obtained, sendLines } from './send-report.js';
import { mostWithin } from './statistics.js';
import type { Instance, Target } from './target.js';

/** Requests under way at once. */
const PARALLEL = 16;
/** After this many refusals in a row, the budget of five minutes, or a larger one, is spent. */
const REFUSALS = 3 * PARALLEL;
/** After so long, the service gives out the next five minutes. */
const FIVE_MINUTES = 5.5 * MINUTE;
/** The most texts to one number, for all callers and all settings. */
const NUMBER_AIM = { hour: 5, day: 10 };
/** The daily limit on all texts, low enough for this run to reach it. */
const TEXTS_A_DAY = '1000';

/** The money of a day, low enough for this run to spend it. */
const DOLLARS_A_DAY = 20;

/** The share of a country's texts that one range may take. */
const RANGE_SHARE = 0.1;

interface Scenario {
  readonly name: string;
  readonly number: () => string;
  readonly address: () => string;
  readonly aim: Obtained['aim'];
}

/** Texts that one attacker obtains. Addresses and numbers are unlimited, except for the one that a scenario fixes. */
export async function attackSends(
  instance: Instance,
  { sends }: PartOptions,
): Promise<Part<{ perScenario: number; scenarios: Obtained[] }>> {
  const target = await instance.open();
  const scenarios = [await toOneNumber(target, sends)];
  for (const scenario of crowds(target.settings)) {
    progress(scenario.name);
    // Move the clock, so that earlier scenarios do not count for this one.
    await target.advance(2 * DAY);
    scenarios.push(await toMany(target, scenario, sends));
  }
  const limited = await instance.open({ env: { SENDS_PER_DAY: TEXTS_A_DAY }, wide: true });
  const perDay = Number(TEXTS_A_DAY);
  const name = `everything (SENDS_PER_DAY=${perDay})`;
  const aim = { hour: Math.ceil(perDay / limits.sendsPerHour.size.oneIn), day: perDay };
  scenarios.push(await toMany(limited, { name, number: freshNumber, address: freshAddress, aim }, sends));
  scenarios.push(await dearTexts(instance, sends));
  const figures = { perScenario: sends, scenarios };
  const met = scenarios.every((scenario) => scenario.met);
  return { name: 'texts that one attacker obtains', met, figures, lines: sendLines(figures) };
}

/** Texts to a dear country, while the day's money is limited and nothing else is. */
async function dearTexts(instance: Instance, sends: number): Promise<Obtained> {
  const target = await instance.open({ env: { SPEND_PER_DAY: `${DOLLARS_A_DAY} USD` }, wide: true });
  const prices = new Prices(await loadPriceList(null, { channels: ['SMS'] }));
  const day = Math.floor(DOLLARS_A_DAY / prices.priceOf({ channel: 'SMS', country: COUNTRY_CODE }));
  const name = `dear texts (${DOLLARS_A_DAY} USD a day)`;
  return toMany(target, { name, number: () => freshNumber(ONE_COUNTRY), address: freshAddress, aim: { day } }, sends);
}

function crowds(settings: Target['settings']): Scenario[] {
  const range = someRange();
  const { perCountryPerHour, perNetworkPerHour } = sendLimits(sendSettings(settings), 0);
  const network = { number: () => freshNumber(), aim: { hour: perNetworkPerHour } };
  const ranged = (prefix: string, share: number) => ({
    number: () => freshNumber(prefix),
    address: freshAddress,
    aim: { hour: Math.ceil(perCountryPerHour * share) },
  });
  return [
    { name: 'one number range (8 digits)', ...ranged(range, RANGE_SHARE) },
    { name: 'one country', ...ranged(ONE_COUNTRY, 1) },
    { name: 'one network, IPv4 /24', ...network, address: oneNetwork(4) },
    { name: 'one network, IPv6 /56', ...network, address: oneNetwork(6) },
  ];
}

/** Asks again as soon as the service says that it may. */
async function toOneNumber(target: Target, sends: number): Promise<Obtained> {
  const phoneNumber = freshNumber();
  const [begin, before] = [await target.now(), await target.texts()];
  const times: number[] = [];
  let [asked, now, texts] = [0, begin, before];
  while (now < begin + 2 * DAY && asked < sends) {
    asked += 1;
    const answer = await target.api.call('requestOtp', { phoneNumber });
    const sent = (await target.texts()) - texts;
    times.push(...Array<number>(sent).fill(now));
    texts += sent;
    const wait = answer.retryAfterSeconds === null ? MINUTE : answer.retryAfterSeconds * SECOND;
    await target.advance(wait);
    now += wait;
  }
  const [hour, day] = [mostWithin(times, HOUR), mostWithin(times, DAY)];
  return judged({ scenario: 'one number', asked, hour, day, endedByUs: now < begin + DAY, aim: NUMBER_AIM });
}

/** Asks for texts to many numbers for 24 hours, each five minutes until the service refuses. */
async function toMany(target: Target, scenario: Scenario, sends: number): Promise<Obtained> {
  const times: number[] = [];
  let [asked, now] = [0, 0];
  for (; now < DAY && asked < sends; now += FIVE_MINUTES) {
    const earlier = await target.texts();
    asked += await untilRefused(target, scenario, sends - asked);
    times.push(...Array<number>((await target.texts()) - earlier).fill(now));
    await target.advance(FIVE_MINUTES);
  }
  const [hour, day] = [mostWithin(times, HOUR), times.length];
  return judged({ scenario: scenario.name, asked, hour, day, endedByUs: asked >= sends, aim: scenario.aim });
}

async function untilRefused(target: Target, { number, address }: Scenario, most: number): Promise<number> {
  let [asked, refusals] = [0, 0];
  const worker = async () => {
    while (asked < most && refusals < REFUSALS) {
      asked += 1;
      const { kind } = await target.api.call('requestOtp', { phoneNumber: number() }, { address: address() });
      refusals = kind === 'RequestOtpSuccess' ? 0 : refusals + 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return asked;
}

function judged(obtained: Omit<Obtained, 'met'>): Obtained {
  const { aim, hour, day } = obtained;
  return { ...obtained, met: aim !== null && hour <= (aim.hour ?? hour) && day <= (aim.day ?? day) };
}

/** The settings of sends in force; null where one is unset. */
function sendSettings(settings: Target['settings']): SendSettings {
  const size = (name: string) => (typeof settings[name] === 'number' ? Number(settings[name]) : null);
  return {
    perNumberPerHour: NUMBER_AIM.hour,
    perNumberPerDay: NUMBER_AIM.day,
    perNetworkPerHour: size('SENDS_PER_NETWORK_PER_HOUR') ?? 0,
    perCountryPerHour: size('SENDS_PER_COUNTRY_PER_HOUR'),
    perDay: size('SENDS_PER_DAY'),
    spendPerDay: null,
  };
}
