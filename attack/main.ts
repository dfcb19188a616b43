/** Starts a service on this machine, attacks it and prints the results (docs/attack.md). */
import { Api } from './api.js';
import { attackCodes } from './guesses.js';
import { type PartName, readOptions } from './options.js';
import { attackFromOutside } from './outside.js';
import type { Part, PartOptions } from './part.js';
import { attackPasswords } from './passwords.js';
import { attackSends } from './sends.js';
import { Instance } from './target.js';
import { attackTiming } from './timing.js';

/** Milliseconds until a run is given up. A service that hangs is a finding, too. */
const WITHIN = 600_000;

const read = readOptions(process.argv.slice(2));
if (read.kind === 'misused') {
  process.stderr.write(`${read.problem}\n`);
  process.exit(2);
}
const began = performance.now();
const print = (text: string) => void (read.json || process.stdout.write(`${text}\n`));
const parts = read.kind === 'outside' ? await fromOutside(read.url) : await onOwnService(read.parts, read.options);
const met = parts.every((part) => part.met);
const seconds = Math.round((performance.now() - began) / 1000);
print(`\n${met ? 'Every aim is met.' : 'An aim is missed.'} ${seconds} s.`);
if (read.json) {
  const figures = parts.map(({ name, met: partMet, figures: found }) => ({ name, met: partMet, figures: found }));
  process.stdout.write(`${JSON.stringify({ met, seconds, parts: figures }, null, 2)}\n`);
}
process.exitCode = met ? 0 : 1;

async function onOwnService(names: readonly PartName[], options: PartOptions): Promise<Part[]> {
  const instance = await Instance.start();
  const end = (code: number) => void instance.stop().finally(() => process.exit(code));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(130));
  setTimeout(() => {
    process.stderr.write(`Given up after ${WITHIN / 1000} s.\n`);
    end(1);
  }, WITHIN).unref();
  const found: Part[] = [];
  try {
    for (const name of names) {
      const part = await run(instance, name, options);
      found.push(part);
      tell(part);
    }
  } finally {
    await instance.stop();
  }
  return found;
}

async function run(instance: Instance, name: PartName, options: PartOptions): Promise<Part> {
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

async function fromOutside(url: string): Promise<Part[]> {
  const api = new Api(url);
  try {
    await api.discover();
    const part = await attackFromOutside(api);
    tell(part);
    return [part];
  } finally {
    api.close();
  }
}

function tell(part: Part): void {
  print(`\n${part.name}: ${part.met ? 'aim met' : 'AIM MISSED'}\n${part.lines.join('\n')}`);
}
