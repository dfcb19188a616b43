import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { CamaraSignals, type CamaraSettings } from '../../src/number-signals/camara/camara-signals.js';
import { createLogger } from '../../src/platform/logger.js';
import { ManualClock } from '../support/manual-clock.js';
import { MobileNetwork, type NetworkAnswer } from '../support/mobile-network.js';
import { noMetrics } from '../support/no-metrics.js';

const NUMBER = '+34666111333';
const NOW = new Date('2026-03-04T05:06:07Z');
const HOUR = 3_600_000;

let network: MobileNetwork;
let clock: ManualClock;
let signals: CamaraSignals;

beforeEach(async () => {
  network = await MobileNetwork.start();
  clock = new ManualClock(NOW);
  signals = open(settingsOf(network.env));
});
afterEach(() => network.close());

function settingsOf(env: Readonly<Record<string, string>>): CamaraSettings {
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  if (reading.kind === 'problems' || reading.config.camara === null) throw new Error(JSON.stringify(reading));
  return reading.config.camara;
}

function open(settings: CamaraSettings, timeoutMs = 5_000): CamaraSignals {
  return new CamaraSignals({ settings, clock, logger: createLogger('silent'), metrics: noMetrics, timeoutMs });
}

const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR);

describe('a network is asked', () => {
  test('for a period in hours, whole ones, and for a date', async () => {
    await signals.swappedSince(NUMBER, hoursAgo(71.5));
    await signals.swappedSince(NUMBER, NOW);
    await signals.swappedSince(NUMBER, hoursAgo(24 * 365));
    await signals.recycledSince(NUMBER, hoursAgo(24));
    expect(network.asked).toEqual([
      { path: '/sim-swap/v2/check', body: { phoneNumber: NUMBER, maxAge: 72 } },
      { path: '/sim-swap/v2/check', body: { phoneNumber: NUMBER, maxAge: 1 } },
      { path: '/sim-swap/v2/check', body: { phoneNumber: NUMBER, maxAge: 2400 } },
      { path: '/number-recycling/v0.2/check', body: { phoneNumber: NUMBER, specifiedDate: '2026-03-03' } },
    ]);
  });

  test('with one access token for all calls, and with a new one when it is over or taken back', async () => {
    const ask = () => signals.swappedSince(NUMBER, NOW);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['no', 'no', 'no']);
    expect(network.tokensGiven).toBe(1);
    clock.advance(3_600 - 31);
    await ask();
    expect(network.tokensGiven).toBe(1);
    clock.advance(1);
    await ask();
    expect(network.tokensGiven).toBe(2);
    network.takeTokensBack();
    expect(await ask()).toBe('no');
    expect(network.tokensGiven).toBe(3);
  });

  test('only about what it offers', async () => {
    const { CAMARA_NUMBER_RECYCLING_URL: _, ...env } = network.env;
    const settings = settingsOf(env);
    expect(settings.scope).toBe('sim-swap:check');
    expect(await open(settings).recycledSince(NUMBER, NOW)).toBe('unknown');
    expect(network.asked).toEqual([]);
  });
});

const answers: readonly [NetworkAnswer, string][] = [
  [true, 'yes'],
  [false, 'no'],
  [{ status: 404, code: 'IDENTIFIER_NOT_FOUND' }, 'unknown'],
  [{ status: 422, code: 'SERVICE_NOT_APPLICABLE' }, 'unknown'],
  [{ status: 400, code: 'OUT_OF_RANGE' }, 'unknown'],
  [{ status: 404, code: 'NOT_FOUND' }, 'away'],
  [{ status: 422, code: 'UNNECESSARY_IDENTIFIER' }, 'away'],
  [{ status: 400, code: 'INVALID_ARGUMENT' }, 'away'],
  [{ status: 403, code: 'PERMISSION_DENIED' }, 'away'],
  [{ status: 429, code: 'TOO_MANY_REQUESTS' }, 'away'],
  [{ status: 500, body: 'Oops' }, 'away'],
  [{ status: 200, body: 'null' }, 'away'],
  [{ status: 200, body: '{"swapped":"true","phoneNumberRecycled":1}' }, 'away'],
  [{ status: 200, body: '{' }, 'away'],
  [{ status: 302, body: '' }, 'away'],
  ['closes', 'away'],
];

test.each(answers)('an answer %j means %s, for both signals', async (given, meaning) => {
  network.swapped.set(NUMBER, given);
  network.recycled.set(NUMBER, given);
  expect(await signals.swappedSince(NUMBER, NOW)).toBe(meaning);
  expect(await signals.recycledSince(NUMBER, NOW)).toBe(meaning);
});

describe('a network that does not answer', () => {
  test('keeps nobody waiting longer than the time limit', async () => {
    network.swapped.set(NUMBER, 'hangs');
    expect(await open(settingsOf(network.env), 50).swappedSince(NUMBER, NOW)).toBe('away');
  });

  test('or gives no access token is away', async () => {
    network.outage = { status: 503, body: '' };
    expect(await signals.swappedSince(NUMBER, NOW)).toBe('away');
    const wrong = open({ ...settingsOf(network.env), clientSecret: 'wrong' });
    network.outage = null;
    expect(await wrong.swappedSince(NUMBER, NOW)).toBe('away');
  });

  test('is left alone for half a minute after three failures in a row', async () => {
    network.outage = { status: 503, body: '' };
    for (let time = 0; time < 3; time += 1) await signals.swappedSince(NUMBER, NOW);
    network.outage = null;
    expect(await signals.swappedSince(NUMBER, NOW)).toBe('away');
    clock.advance(30);
    expect(await signals.swappedSince(NUMBER, NOW)).toBe('no');
    network.outage = { status: 503, body: '' };
    await signals.swappedSince(NUMBER, NOW);
    network.outage = null;
    expect(await signals.swappedSince(NUMBER, NOW)).toBe('no');
  });
});

describe('a start', () => {
  const problems = (env: Record<string, string>) => {
    const reading = readConfig({ NODE_ENV: 'test', NUMBER_SIGNALS: 'camara', ...env });
    return reading.kind === 'problems' ? reading.problems.map((problem) => problem.split(' ', 1)[0]) : [];
  };

  test('names everything that is missing', () => {
    const missing = ['CAMARA_TOKEN_URL', 'CAMARA_CLIENT_ID', 'CAMARA_CLIENT_SECRET', 'CAMARA_SIM_SWAP_URL'];
    expect(problems({})).toEqual(missing);
    expect(problems(network.env)).toEqual([]);
    expect(problems({ NUMBER_SIGNALS: 'off' })).toEqual([]);
  });

  test('in production sends numbers and the secret by https only', () => {
    const found = problems({ ...network.env, NODE_ENV: 'production' });
    const addresses = ['CAMARA_TOKEN_URL', 'CAMARA_SIM_SWAP_URL', 'CAMARA_NUMBER_RECYCLING_URL'];
    expect(found).toEqual(expect.arrayContaining(addresses));
  });
});
