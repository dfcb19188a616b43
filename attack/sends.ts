import { freshAddress, oneNetwork } from './addresses.js';
import { DAY, HOUR, MINUTE, SECOND } from './campaign.js';
import { freshNumber, ONE_COUNTRY, someRange } from './numbers.js';
import type { Part, PartOptions } from './part.js';
import type { Target } from './target.js';

/** The most texts to one number, whoever asks. */
const NUMBER_AIM = { hour: 5, day: 10 };
/** Requests under way at once. */
const PARALLEL = 16;
/** So many refusals one after the other end an hour: its budget is spent. */
const REFUSALS = 3 * PARALLEL;

interface Obtained {
  readonly scenario: string;
  readonly asked: number;
  readonly hour: number;
  readonly day: number;
  /** The scenario ended at the most that this run asks for, not at a limit of the service. */
  readonly endedByUs: boolean;
}

interface Victims {
  number(): string;
  address(): string;
}

interface SendFigures {
  readonly perScenario: number;
  readonly scenarios: readonly Obtained[];
  readonly aim: typeof NUMBER_AIM;
}

/** Texts that one attacker obtains, with unlimited addresses and numbers but for what a scenario holds still. */
export async function attackSends(target: Target, { sends }: PartOptions): Promise<Part<SendFigures>> {
  const range = someRange();
  const [ipv4, ipv6] = [oneNetwork(4), oneNetwork(6)];
  const anywhere = { number: () => freshNumber(), address: freshAddress };
  const crowds: readonly (readonly [string, Victims])[] = [
    ['one number range (8 digits)', { ...anywhere, number: () => freshNumber(range) }],
    ['one country', { ...anywhere, number: () => freshNumber(ONE_COUNTRY) }],
    ['one network, IPv4 /24', { ...anywhere, address: ipv4 }],
    ['one network, IPv6 /56', { ...anywhere, address: ipv6 }],
    ['everything', anywhere],
  ];
  const number = await toOneNumber(target, sends);
  const scenarios = [number];
  for (const [scenario, victims] of crowds) {
    // Yesterday's budgets are not this scenario's.
    await target.advance(2 * DAY);
    scenarios.push(await toMany(target, { scenario, victims, sends }));
  }
  const met = number.hour <= NUMBER_AIM.hour && number.day <= NUMBER_AIM.day;
  const figures = { perScenario: sends, scenarios, aim: NUMBER_AIM };
  return { name: 'texts that one attacker obtains', met, figures, lines: lines(figures) };
}

/** Asks again as soon as the service says that it may. */
async function toOneNumber(target: Target, sends: number): Promise<Obtained> {
  const phoneNumber = freshNumber();
  const [begin, before] = [await target.now(), await target.texts()];
  const times: number[] = [];
  let [asked, now] = [0, begin];
  while (now < begin + DAY && asked < sends) {
    asked += 1;
    const answer = await target.api.call('requestOtp', { phoneNumber });
    if (answer.kind === 'RequestOtpSuccess') times.push(now);
    const wait = answer.retryAfterSeconds === null ? MINUTE : answer.retryAfterSeconds * SECOND;
    await target.advance(wait);
    now += wait;
  }
  const day = (await target.texts()) - before;
  const hour = times.filter((time) => time < begin + HOUR).length;
  return { scenario: 'one number', asked, hour, day, endedByUs: asked === sends };
}

/** Asks for a text to number after number, as many as the hour gives, for 24 hours. */
async function toMany(
  target: Target,
  { scenario, victims, sends }: { scenario: string; victims: Victims; sends: number },
): Promise<Obtained> {
  const before = await target.texts();
  let [asked, firstHour] = [0, 0];
  for (let hour = 0; hour < DAY / HOUR && asked < sends; hour += 1) {
    asked += await untilRefused(target, victims, sends - asked);
    if (hour === 0) firstHour = (await target.texts()) - before;
    await target.advance(HOUR);
  }
  return { scenario, asked, hour: firstHour, day: (await target.texts()) - before, endedByUs: asked >= sends };
}

async function untilRefused(target: Target, victims: Victims, most: number): Promise<number> {
  let [asked, refusals] = [0, 0];
  const worker = async () => {
    while (asked < most && refusals < REFUSALS) {
      asked += 1;
      const input = { phoneNumber: victims.number() };
      const { kind } = await target.api.call('requestOtp', input, { address: victims.address() });
      refusals = kind === 'RequestOtpSuccess' ? 0 : refusals + 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return asked;
}

function lines({ perScenario, scenarios, aim }: SendFigures): string[] {
  const row = (name: string, cells: readonly (string | number)[]) =>
    `  ${name.padEnd(28)} ${cells.map((cell) => String(cell).padStart(12)).join('')}`;
  return [
    `  up to ${perScenario} requests each; aim for one number: at most ${aim.hour} an hour and ${aim.day} a day`,
    row('', ['asked', 'first hour', '24 hours']),
    ...scenarios.map(({ scenario, asked, hour, day, endedByUs }) =>
      row(scenario, [asked, hour, endedByUs ? `${day} or more` : day]),
    ),
  ];
}
