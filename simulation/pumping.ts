import { MemoryGuard } from './memory-guard.js';
import { Chance } from './random.js';
import { SimulatedService, type Tally } from './service.js';
import { SHAPES, type Shape } from './shapes.js';
import { DAY, type HonestTraffic, honestRequests, populations } from './traffic.js';
import { newBlock } from './world.js';

const VOLUME = Number(process.env['VOLUME'] ?? 6000);
const WARM_DAYS = 10;
const seeds = Number(process.argv[2] ?? 5);
const began = performance.now();
const results = new Map<string, Tally[]>();
for (let seed = 1; seed <= seeds; seed += 1) {
  const people = populations(new Chance(seed));
  const traffic: HonestTraffic = { populations: people, volume: VOLUME, knownShare: 0.4 };
  const warm = new MemoryGuard();
  const w = new SimulatedService(warm, new Chance(seed + 1000));
  w.play(honestRequests(traffic, 0, WARM_DAYS * DAY, new Chance(seed + 2000)));
  note('warm-up', w.tally);
  for (const shape of SHAPES) {
    note(`warm ${shape.name}`, play(shape, warm.clone(), traffic, WARM_DAYS * DAY, seed));
    note(`cold ${shape.name}`, play(shape, new MemoryGuard(), traffic, 0, seed));
  }
}

function play(shape: Shape, guard: MemoryGuard, traffic: HonestTraffic, start: number, seed: number): Tally {
  const chance = new Chance(seed * 7919 + shape.name.length);
  const { boost, outage } = shape;
  let pops = traffic.populations;
  if (boost) {
    pops = pops.map((p) =>
      p.country.code === boost.country
        ? { ...p, blocks: p.blocks.flatMap((block) => [block, newBlock(p.country, chance)]) }
        : p,
    );
  }
  const day: HonestTraffic = {
    ...traffic,
    populations: pops,
    ...(boost && {
      boost: (code: string, at: number) =>
        code === boost.country && (at < 0 || (at - start >= boost.from && at - start < boost.until)) ? boost.times : 1,
    }),
    ...(outage && { outage: { ...outage, from: start + outage.from, until: start + outage.until } }),
  };
  const requests = honestRequests(day, start, start + shape.lasts, chance);
  const fraud = shape.attack?.(start + DAY / 3 * 0 , traffic.populations, chance) ?? [];
  const service = new SimulatedService(guard, chance);
  service.play([...requests, ...fraud]);
  if (process.env['WHY']) process.stdout.write(`${shape.name} start ${start} pauses ${guard.pausesWritten} ${JSON.stringify([...guard.pauses].filter(([,p])=>p.from>=start).slice(0, 60).map(([k, p]) => `${k}x${p.strikes}@${((p.from-start)/60).toFixed(0)}`))}\n`);
  if (process.env['WHY'] && shape.attack) process.stdout.write(`   ${JSON.stringify(service.why)}\n`);
  return service.tally;
}

function note(name: string, tally: Tally): void {
  results.set(name, [...(results.get(name) ?? []), tally]);
}

const percent = (values: number[]) => {
  const v = values.sort((a, b) => a - b).map((x) => (100 * x).toFixed(2));
  return `${v[0]}/${v[Math.floor(v.length / 2)]}/${v[v.length - 1]}`;
};
for (const [name, tallies] of results) {
  const f = percent(tallies.map((t) => 1 - t.fraudSent / t.fraud));
  const h = percent(tallies.map((t) => t.honestPaused / t.honest));
  const n = percent(tallies.map((t) => t.newcomersPaused / t.newcomers));
  const m = tallies.map((t) => t.moneyLost).sort((a, b) => a - b);
  console.log(name.padEnd(28), 'fraud', f.padEnd(20), 'honest', h.padEnd(18), 'new', n.padEnd(18), 'lost', m.map((x) => x.toFixed(0)).join(' '), 'n', tallies[0]?.fraud, tallies[0]?.honest);
}
console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
