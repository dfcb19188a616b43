import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getCountries } from 'libphonenumber-js/max';
import { loadPriceList } from '../../src/costs/load-price-list.js';
import { readPriceFile } from '../../src/costs/price-list.js';
import { Prices } from '../../src/costs/prices.js';
import { channels } from '../../src/texts/channel.js';
import { openCosts, THROUGH_A_GATEWAY } from '../support/costs.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

const NEPAL = { channel: 'SMS', country: 'NP' } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phone-accounts-prices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const path = join(folder, 'prices.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function pricesOf(content: unknown): Promise<Prices> {
  return new Prices(await loadPriceList(fileOf(content), { channels }));
}

describe('the shipped prices', () => {
  const shipped = fileURLToPath(new URL('../../assets/prices.json', import.meta.url));

  test('say when they were put together, that they are approximate, and have one for each channel anywhere', async () => {
    const reading = readPriceFile(readFileSync(shipped, 'utf8'));
    if (reading.kind !== 'read') throw new Error(reading.problem);
    expect(reading.file.date).toMatch(/^20\d\d-\d\d$/);
    expect(reading.file.about).toContain('approximate');
    const prices = new Prices(await loadPriceList(null, { channels }));
    for (const country of [...getCountries(), '001', null]) {
      for (const channel of channels) expect(prices.priceOf({ channel, country })).toBeGreaterThan(0);
    }
    expect(Object.keys(reading.file.prices.SMS ?? {}).length).toBeGreaterThan(200);
  });

  test('name only countries that there are', () => {
    const reading = readPriceFile(readFileSync(shipped, 'utf8'));
    const named =
      reading.kind === 'read' ? Object.values(reading.file.prices).flatMap((of) => Object.keys(of ?? {})) : [];
    const known = new Set<string>([...getCountries(), 'other']);
    expect(named.filter((country) => !known.has(country))).toEqual([]);
  });
});

describe('the prices of an operator', () => {
  test('take the place of the shipped ones, each for itself', async () => {
    const prices = await pricesOf({ currency: 'USD', prices: { SMS: { NP: 0.01 }, VOICE: { other: 1 } } });
    const shipped = new Prices(await loadPriceList(null, { channels }));
    expect(prices.priceOf(NEPAL)).toBe(0.01);
    const [german, call] = [{ ...NEPAL, country: 'DE' }, { channel: 'VOICE', country: 'ZZ' } as const];
    expect(prices.priceOf(german)).toBe(shipped.priceOf(german));
    expect(prices.priceOf(call)).toBe(1);
  });

  test('in another currency are the only ones', async () => {
    const everywhere = Object.fromEntries(channels.map((channel) => [channel, { other: 2 }]));
    const prices = await pricesOf({ currency: 'EUR', prices: { ...everywhere, SMS: { other: 2, NP: 1 } } });
    expect([prices.currency, prices.priceOf(NEPAL), prices.priceOf({ ...NEPAL, country: 'US' })]).toEqual([
      'EUR',
      1,
      2,
    ]);
  });

  test.each([
    ['that is no JSON', '{', 'the file is not JSON'],
    ['with a misspelt channel', { currency: 'USD', prices: { SM: {} } }, 'prices'],
    ['with a negative price', { currency: 'USD', prices: { SMS: { NP: -1 } } }, 'prices.SMS.NP'],
    ['with a country by name', { currency: 'USD', prices: { SMS: { Nepal: 1 } } }, 'prices.SMS'],
    ['without a currency', { prices: {} }, 'currency'],
  ])('a file %s is no start', async (_what, content, problem) => {
    await expect(loadPriceList(fileOf(content), { channels })).rejects.toThrow(problem);
  });

  test('in another currency need one for each channel in use', async () => {
    const path = fileOf({ currency: 'EUR', prices: { SMS: { other: 1 } } });
    await expect(loadPriceList(path, { channels: ['SMS', 'VOICE'] })).rejects.toThrow('no price "other" for VOICE');
    expect((await loadPriceList(path, { channels: ['SMS'] })).currency).toBe('EUR');
  });

  test('a file that is not there is named', async () => {
    await expect(loadPriceList(join(folder, 'none.json'), { channels: [] })).rejects.toThrow(/PRICES_FILE .*ENOENT/);
  });
});

test('M6: a call counts as what it costs, in texts to the same country', async () => {
  const prices = await pricesOf({
    currency: 'USD',
    prices: { SMS: { NP: 0.02, US: 0 }, VOICE: { NP: 0.19, US: 1, DE: 0.01 } },
  });
  const call = (country: string) => prices.textsOf({ channel: 'VOICE', country });
  expect([prices.textsOf(NEPAL), call('NP'), call('DE'), call('US')]).toEqual([1, 10, 1, 1]);
});

describe('prices that a provider tells', () => {
  let service: TestService;
  const sender = new ScriptedSender('webhook');
  let serial = 0;
  beforeAll(async () => {
    service = await startService({ env: THROUGH_A_GATEWAY, senders: [sender] });
  });
  afterAll(() => service.close());

  async function send(start: string, price: { amount: number; currency: string }): Promise<void> {
    serial += 1;
    sender.next({ kind: 'accepted', providerMessageId: `p${serial}`, price });
    await requestOtp(service, { phoneNumber: `${start}${String(serial).padStart(2, '0')}` });
    await service.background.outbox.drain();
  }

  test('correct the list from the third on, one odd price does not', async () => {
    const { prices, learnPrices } = await openCosts(service.db);
    const listed = prices.priceOf(NEPAL);
    const learned = async () => {
      await learnPrices();
      return prices.priceOf(NEPAL);
    };
    await send('+97798000006', { amount: 0.011, currency: 'USD' });
    await send('+97798000006', { amount: 9, currency: 'USD' });
    expect(await learned()).toBe(listed);
    await send('+97798000006', { amount: 0.012, currency: 'USD' });
    expect(await learned()).toBe(0.012);
    for (let times = 0; times < 5; times += 1) await send('+97798000006', { amount: 2, currency: 'EUR' });
    expect(await learned()).toBe(0.012);
    expect(prices.priceOf({ ...NEPAL, country: 'US' })).toBe(0.011);
  });
});
