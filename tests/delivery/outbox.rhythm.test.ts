import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Poller } from '../../src/platform/poller.js';
import { retryDelay } from '../../src/messaging/retry-delay.js';
import { createLogger } from '../../src/platform/logger.js';
import { type Random, systemRandom } from '../../src/platform/random.js';

/** When the outbox looks for what is due, and when something is due again. */

describe('texts that failed together', () => {
  const chance = (hex: string): Random => ({ ...systemRandom, bytes: () => Buffer.from(hex, 'hex') });
  const delays = (random: Random) => [1, 2, 3, 4].map((round) => retryDelay(round, random));

  test('come back anywhere between at once and a ceiling that grows', () => {
    expect(delays(chance('00000000'))).toEqual([0, 0, 0, 0]);
    expect(delays(chance('80000000'))).toEqual([1, 4, 16, 64]);
    expect(delays(chance('ffffffff')).map(Math.ceil)).toEqual([2, 8, 32, 128]);
  });

  test('come back spread out', () => {
    const thousand = Array.from({ length: 1000 }, () => retryDelay(3, systemRandom));
    const perQuarter = [0, 8, 16, 24].map((from) => thousand.filter((at) => at >= from && at < from + 8).length);
    expect(Math.min(...perQuarter)).toBeGreaterThan(150);
    expect(Math.min(...thousand)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...thousand)).toBeLessThan(32);
  });
});

describe('the outbox is polled', () => {
  const lines: { msg: string; level: number }[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) });
  const outbox = { run: vi.fn(async () => {}) };
  let poller: Poller;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    lines.length = 0;
    outbox.run.mockReset().mockResolvedValue();
    poller = new Poller({ name: 'the outbox', intervalMs: 1_000, poll: () => outbox.run() }, logger);
  });
  afterEach(async () => {
    await poller.stop();
    vi.useRealTimers();
  });

  test('every second, and no more once it is stopped', async () => {
    poller.start();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.run).toHaveBeenCalledTimes(3);
    await poller.stop();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.run).toHaveBeenCalledTimes(3);
  });

  test('not again before a slow poll is over; a stop waits for it', async () => {
    let end = () => {};
    outbox.run.mockImplementation(
      () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    );
    poller.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(outbox.run).toHaveBeenCalledTimes(1);
    const stopped = vi.fn();
    const stopping = poller.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stopped).not.toHaveBeenCalled();
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.run).toHaveBeenCalledTimes(1);
  });

  test('a poll that is under way is told of a stop, so that it begins nothing more', async () => {
    let told: AbortSignal | undefined;
    const poll = (stop: AbortSignal) => {
      told = stop;
      return new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
    };
    const patient = new Poller({ name: 'prices', intervalMs: 1_000, poll }, logger);
    patient.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told?.aborted).toBe(false);
    await patient.stop();
    expect(told?.aborted).toBe(true);
  });

  test('again after the database was unavailable, which is logged once', async () => {
    outbox.run.mockRejectedValue(Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' }));
    poller.start();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(lines).toMatchObject([{ level: 40, msg: 'the outbox cannot be read' }]);
    outbox.run.mockResolvedValue();
    await vi.advanceTimersByTimeAsync(1_000);
    outbox.run.mockRejectedValue(new Error('away once more'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outbox.run).toHaveBeenCalledTimes(7);
    expect(lines).toHaveLength(2);
  });
});
