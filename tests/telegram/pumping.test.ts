import { afterAll, beforeAll, expect, test } from 'vitest';
import { TelegramSender } from '../../src/providers/telegram/telegram.sender.js';
import { RecordingSender } from '../support/delivery/recording-sender.js';
import { ManualClock } from '../support/manual-clock.js';
import { ask, GUARDED, isPaused, numberIn } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';
import { startTelegramStandIn, type TelegramStandIn } from '../support/telegram/telegram-stand-in.js';

/** Telegram and the pumping guard: people who choose Telegram without having it are no fraudsters. */

const token = 'AAEAAAC8the-token-of-the-gateway';
const RANGE = '25567910';

let telegram: TelegramStandIn;
let service: TestService;
beforeAll(async () => {
  const clock = new ManualClock();
  telegram = await startTelegramStandIn(token);
  const parts = { token, baseUrl: telegram.url, senderUsername: null, reportUrl: undefined };
  const sender = new TelegramSender({ ...parts, clock, timeoutMs: 2_000 });
  const env = { ...GUARDED, DELIVERY_ROUTES: 'TELEGRAM=telegram', TELEGRAM_GATEWAY_TOKEN: token };
  service = await startService({ clock, env, senders: [new RecordingSender('webhook'), sender] });
});
afterAll(async () => {
  await service.close();
  await telegram.close();
});

/** Asks for codes to so many numbers by Telegram, and types none. */
async function askMany(times: number, from: number, { absent }: { absent: boolean }) {
  let last = false;
  for (let index = from; index < from + times; index += 1) {
    const phoneNumber = numberIn(RANGE, index);
    if (absent) telegram.absent.add(phoneNumber);
    last = isPaused(await ask(service, phoneNumber, { channel: 'TELEGRAM' }));
    await service.background.outbox.drain();
    await service.background.pumpingGuard.idle();
    service.clock.advance(60);
  }
  return last;
}

test('people without Telegram do not close their range, and codes that are not typed do', async () => {
  expect(await askMany(22, 0, { absent: true })).toBe(false);
  expect(telegram.charges).toBe(0);
  expect(await askMany(22, 200, { absent: false })).toBe(true);
});
