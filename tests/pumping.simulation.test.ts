import { expect, test } from 'vitest';
import { type Decision, MemoryService } from '../simulation/memory-service.js';
import { Chance } from '../simulation/random.js';
import { simulate } from '../simulation/run.js';
import { SHAPES } from '../simulation/shapes.js';
import { readConfig } from '../src/config/config.js';
import { verifyOtp } from './support/operations.js';
import { ask, GUARDED, pausesOf, probing } from './support/pumping.js';
import { startService, type TestService, WITHOUT_CROWDS } from './support/service.js';

/** What `npm run simulate:pumping` promises, on one seed; and that it plays by the rules of the real service. */

test.each(SHAPES.filter(({ judged }) => judged))('$name: fraud is stopped and honest people are not', (shape) => {
  for (const { tally, warm } of simulate({ seeds: 1, volume: 1500, shapes: [shape], warmUpDays: 3 })) {
    const { fraud, fraudSent, honest, withheld, refused } = tally;
    const stopped = fraud === 0 ? 1 : 1 - fraudSent / fraud;
    expect(stopped, `stopped, warm: ${warm}`).toBeGreaterThanOrEqual(0.95);
    expect((withheld + refused) / honest, `refused, warm: ${warm}`).toBeLessThanOrEqual(0.005);
  }
});

const ENV = { ...WITHOUT_CROWDS, ...GUARDED, SENDS_PER_COUNTRY_PER_HOUR: '120' };
const PLACES = [
  { country: 'TZ', range: '25567910', proves: 0 },
  { country: 'TZ', range: '25567911', proves: 0.1 },
  { country: 'TZ', range: '25567955', proves: 0.6 },
  { country: 'TZ', range: '25575420', proves: 0.8 },
  { country: 'TZ', range: '25575421', proves: 0.5 },
  { country: 'TZ', range: '25575422', proves: 0.7 },
  { country: 'NP', range: '977980011', proves: 0.7 },
] as const;

test('a story of fraud and honest people ends the same in the service and in the simulation', async () => {
  const service = await startService({ random: probing(false), env: ENV });
  try {
    const chance = new Chance(7);
    const simulated = new MemoryService(memoryRules());
    const known = new Set<string>();
    const seen: Record<Decision, number> = { sent: 0, withheld: 0, refused: 0 };
    for (let step = 0; step < 260; step += 1) {
      service.clock.advance(chance.between(2, 50));
      const place = chance.oneOf(step % 3 ? PLACES : PLACES.slice(0, 2));
      const phoneNumber = `+${place.range}${String(chance.below(60)).padStart(4, '0')}`;
      const request = { phoneNumber, country: place.country, network: '127.0.0.0/24', probe: false };
      const now = service.clock.now();
      const expected = simulated.request({ ...request, known: known.has(phoneNumber), now });
      const actual = await decisionOf(service, phoneNumber);
      expect({ step, phoneNumber, actual }).toEqual({ step, phoneNumber, actual: expected });
      seen[actual] += 1;
      if (actual !== 'sent' || !chance.happens(place.proves)) continue;
      service.clock.advance(chance.between(5, 60));
      const { __typename } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
      expect(__typename).toBe('VerifyOtpSuccess');
      await service.background.pumpingGuard.idle();
      simulated.prove(phoneNumber, place.country, service.clock.now());
      known.add(phoneNumber);
    }
    // A story in which nothing happens would agree with anything.
    for (const decision of ['sent', 'withheld', 'refused'] as const)
      expect(seen[decision], decision).toBeGreaterThan(10);
    const pauses = await pausesOf(service);
    expect(new Map(pauses.map(({ key, pausedUntil }) => [key, pausedUntil]))).toEqual(simulated.guard.pausesByKey);
  } finally {
    await service.close();
  }
});

async function decisionOf(service: TestService, phoneNumber: string): Promise<Decision> {
  const before = service.phone.to(phoneNumber).length;
  const { __typename } = await ask(service, phoneNumber);
  if (__typename !== 'RequestOtpSuccess') return 'refused';
  return service.phone.to(phoneNumber).length > before ? 'sent' : 'withheld';
}

function memoryRules() {
  const reading = readConfig({ NODE_ENV: 'test', ...ENV });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { sends, otp } = reading.config;
  return { sends, cooldown: otp.cooldown, timeToLive: otp.timeToLive };
}
