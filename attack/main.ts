/** Attacks a service of its own on this machine and prints what an attacker gets (docs/attack.md). */
import { parseArgs } from 'node:util';
import { attackCodes } from './guesses.js';
import type { Part } from './part.js';
import { attackPasswords } from './passwords.js';
import { attackSends } from './sends.js';
import { Instance } from './target.js';
import { attackTiming } from './timing.js';

const PARTS = ['codes', 'passwords', 'sends', 'timing'] as const;
/** Milliseconds after which a run is given up: a service that hangs is a finding, too. */
const WITHIN = 600_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    days: { type: 'string', default: '7' },
    pairs: { type: 'string', default: '1000' },
    sends: { type: 'string', default: '1500' },
  },
});
const only = values.only.split(',');
const unknown = only.filter((name) => !PARTS.some((part) => part === name));
const options = { days: Number(values.days), pairs: Number(values.pairs), sends: Number(values.sends) };
if (unknown.length > 0 || Object.values(options).some((count) => !Number.isInteger(count) || count < 1)) {
  process.stderr.write(
    `usage: npm run attack -- [--only ${PARTS.join(',')}] [--days 7] [--pairs 1000] [--sends 1500] [--json]\n`,
  );
  process.exit(2);
}

const instance = await Instance.start();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void instance.stop().then(() => process.exit(130)));
}
setTimeout(() => {
  process.stderr.write(`Given up after ${WITHIN / 1000} s.\n`);
  void instance.stop().then(() => process.exit(1));
}, WITHIN).unref();

const began = performance.now();
const parts: Part[] = [];
try {
  for (const name of PARTS.filter((part) => only.includes(part))) await report(await run(name));
} finally {
  await instance.stop();
}
const met = parts.every((part) => part.met);
const seconds = Math.round((performance.now() - began) / 1000);
if (values.json)
  process.stdout.write(`${JSON.stringify({ met, seconds, options, parts: parts.map(withoutLines) }, null, 2)}\n`);
else process.stdout.write(`\n${met ? 'Every aim is met.' : 'An aim is missed.'} ${seconds} s.\n`);
process.exitCode = met ? 0 : 1;

async function run(name: (typeof PARTS)[number]): Promise<Part> {
  switch (name) {
    case 'codes':
      return attackCodes(await instance.open({ wide: true }), options);
    case 'passwords':
      return attackPasswords(await instance.open({ wide: true }));
    case 'sends':
      return attackSends(instance, options);
    case 'timing':
      return attackTiming(instance, options);
  }
}

async function report(part: Part): Promise<void> {
  parts.push(part);
  if (!values.json)
    process.stdout.write(`\n${part.name}: ${part.met ? 'aim met' : 'AIM MISSED'}\n${part.lines.join('\n')}\n`);
}

function withoutLines({ name, met: partMet, figures }: Part) {
  return { name, met: partMet, figures };
}
