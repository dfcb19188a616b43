import { expect, test } from 'vitest';
import { type Decision, MemoryService } from '../../simulation/memory-service.js';
import { judgeRuns } from '../../simulation/aims.js';
import { Chance } from '../../simulation/random.js';
import { simulate, USUAL_VOLUME } from '../../simulation/run.js';
import { SHAPES } from '../../simulation/shapes.js';
import { keysOf, rangesOf } from '../../src/pumping/number-ranges.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { type Evidence, evidenceOf } from '../../src/pumping/proof-counter.js';
import { sendLimits } from '../../src/budgets/send-limits.js';
import { readConfig } from '../../src/config/config.js';
import { verifyOtp } from '../support/operations/operations.js';
import { ask, GUARDED, pauseEvents, pausesOf } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';

const LONG = { timeout: 240_000 };

/** What `npm run simulate:pumping` promises, on one seed; and that it plays by the rules of the real service. */

/** One of each kind; the command plays all of them. */
const PLAYED = [
  'many ranges, slow',
  'adaptive',
  'spread, a tenth typed',
  'farmed accounts',
  'first codes typed',
  'spite against a country',
  'a launch and an outage',
];

test('fraud of each kind is stopped, and honest people are not', LONG, () => {
  const shapes = SHAPES.filter(({ name }) => PLAYED.includes(name));
  expect(shapes.filter(({ judged }) => judged)).toHaveLength(PLAYED.length);
  const runs = [...simulate({ seeds: 1, volume: USUAL_VOLUME, shapes, warmOnly: true })];
  const missed = runs.map((run) => ({ shape: run.shape.name, missed: judgeRuns([run]) }));
  // A day of one seed has too few people in a country to judge it.
  const found = missed.flatMap((each) => each.missed.map((aim) => `${each.shape}: ${aim}`));
  expect(found.filter((each) => !each.endsWith('a country'))).toEqual([]);
});

const ENV = { ...WITHOUT_CROWDS, ...GUARDED, SENDS_PER_COUNTRY_PER_HOUR: '120' };
const HONEST = [
  { country: 'TZ', range: '25567955', proves: 0.6 },
  { country: 'TZ', range: '25575420', proves: 0.3 },
  { country: 'TZ', range: '25575421', proves: 0.7 },
  { country: 'TZ', range: '25575422', proves: 0.7 },
  { country: 'TZ', range: '25575423', proves: 0.7 },
  { country: 'NP', range: '977980011', proves: 0.7 },
];
const FRAUD = [
  { country: 'TZ', range: '25567911', proves: 0.1 },
  ...['25567910', '25561110', '25562110', '25565110', '25566110', '25568110', '25569110', '25573110'].map((range) => {
    return { country: 'TZ', range, proves: 0 };
  }),
];

interface Step {
  readonly phoneNumber: string;
  readonly country: string;
  /** Whether this person asks for the second time in a row. */
  readonly again: boolean;
  readonly proves: boolean;
  /** Seconds. */
  readonly pause: number;
}

/** Fraud all over a country first, then more and more honest people; some ask again for a code that they have not typed. */
function* story(chance: Chance): Generator<Step> {
  let last: Step | undefined;
  for (let step = 0; step < 300; step += 1) {
    const again = last !== undefined && chance.happens(0.3);
    const place = chance.oneOf(chance.happens(step < 120 ? 0.2 : 0.6) ? HONEST : FRAUD);
    const newNumber = `+${place.range}${String(chance.below(60)).padStart(4, '0')}`;
    const pause = again ? chance.between(30, 90) : chance.between(2, 50);
    const { phoneNumber, country } = again && last ? last : { ...place, phoneNumber: newNumber };
    last = { phoneNumber, country, again, pause, proves: chance.happens(place.proves) };
    yield last;
  }
}

test('a story of fraud and honest people ends the same in the service and in the simulation', LONG, async () => {
  const service = await startService({ env: ENV });
  try {
    const chance = new Chance(39);
    const simulated = new MemoryService(memoryRules());
    const seen: Record<Decision | 'again', number> = { sent: 0, withheld: 0, refused: 0, again: 0 };
    for (const { phoneNumber, country, again, proves, pause } of story(chance)) {
      service.clock.advance(pause);
      const request = { phoneNumber, country, network: '127.0.0.0/24', device: false };
      const expected = simulated.request({ ...request, now: service.clock.now() }).decision;
      const actual = await decisionOf(service, phoneNumber);
      expect({ phoneNumber, actual }).toEqual({ phoneNumber, actual: expected });
      seen[actual] += 1;
      if (again && actual === 'sent') seen.again += 1;
      if (actual !== 'sent' || !proves) continue;
      service.clock.advance(chance.between(5, 60));
      const { __typename } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
      expect(__typename).toBe('VerifyOtpSuccess');
      await service.background.pumpingGuard.idle();
      simulated.verify(phoneNumber, country, service.clock.now());
    }
    // A story in which nothing happens would agree with anything.
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(5);
    const lifted = (await pauseEvents(service)).filter(({ kind }) => kind === 'pause_lifted');
    expect(lifted.length).toBeGreaterThan(0);
    const pauses = await pausesOf(service);
    expect(new Map(pauses.map(({ key, pausedUntil }) => [key, pausedUntil]))).toEqual(simulated.guard.pausesByKey);
    for (const { range, country } of [...HONEST, ...FRAUD]) {
      const ranges = rangesOf(`+${range}00`, country);
      const counters = await new ProofCounterRepository(service.db).find(keysOf(ranges));
      const now = service.clock.now();
      expect(evidenceOf(ranges, counters, now)).toEqual(closeTo(simulated.guard.evidence(ranges, now)));
    }
  } finally {
    await service.close();
  }
});

/** To a twentieth: a counter that was looked at in between has faded by a little more or less. */
function closeTo(evidence: Evidence) {
  const each = Object.entries(evidence).map(([name, counter]) => [
    name,
    Object.fromEntries(Object.entries(counter).map(([field, value]) => [field, expect.closeTo(value, 1)])),
  ]);
  return Object.fromEntries(each);
}

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
  const rules = { pumpingGuard: true, sharedBudgets: true, cooldown: otp.cooldown, timeToLive: otp.timeToLive };
  return { ...rules, sends: sendLimits(sends, 0) };
}
