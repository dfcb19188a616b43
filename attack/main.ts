/** Starts a service on this machine, attacks it and prints the results (docs/attack.md). */
import { build, progress, type Removal, runLongCommand } from '../scripts/long-command.js';
import { Api } from './api.js';
import { attackWithFloods } from './floods.js';
import { attackCodes } from './guesses.js';
import { type OwnService, type PartName, readOptions } from './options.js';
import { attackFromOutside } from './outside.js';
import type { Part, PartOptions } from './part.js';
import { attackPasswords } from './passwords.js';
import { attackRegistrations } from './registrations.js';
import { attackRequests } from './requests.js';
import { attackSends } from './sends.js';
import { Instance } from './target.js';
import { attackOpenness } from './strangers.js';
import { attackWithStolenSims } from './stolen-sims.js';
import { attackTiming } from './timing.js';

/** Milliseconds until a run is given up, and those added for each account whose SIM is stolen. A service that hangs is a finding, too. */
const [WITHIN, WITHIN_MORE] = [600_000, 2_000];

const read = readOptions(process.argv.slice(2));
if (read.kind === 'misused') {
  process.stderr.write(`${read.problem}\n`);
  process.exit(2);
}
const began = performance.now();
const print = (text: string) => void (read.json || process.stdout.write(`${text}\n`));

await runLongCommand(async (removals) => {
  const parts = read.kind === 'outside' ? await fromOutside(read.url) : await onOwnService(read, removals);
  const met = parts.every((part) => part.met);
  const seconds = Math.round((performance.now() - began) / 1000);
  print(`\n${met ? 'Every aim is met.' : 'An aim is missed.'} ${seconds} s.`);
  if (read.json) {
    const figures = parts.map(({ name, met: partMet, figures: found }) => ({ name, met: partMet, figures: found }));
    process.stdout.write(`${JSON.stringify({ met, seconds, parts: figures }, null, 2)}\n`);
  }
  return met ? 0 : 1;
});

async function onOwnService(asked: OwnService, removals: Removal[]): Promise<Part[]> {
  await build();
  progress('Starting a service on this machine');
  const instance = new Instance();
  removals.push(() => instance.stop());
  return Promise.race([attackAll(instance, asked), givenUp(WITHIN + asked.options.accounts * WITHIN_MORE)]);
}

async function attackAll(instance: Instance, { parts, options }: OwnService): Promise<Part[]> {
  await instance.ready;
  const found: Part[] = [];
  for (const name of parts) {
    progress(`Part ${found.length + 1} of ${parts.length}: ${name}`);
    const part = await run(instance, name, options);
    found.push(part);
    tell(part);
  }
  return found;
}

function givenUp(within: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`Given up after ${within / 1000} s.`)), within).unref();
  });
}

async function run(instance: Instance, name: PartName, options: PartOptions): Promise<Part> {
  switch (name) {
    case 'codes':
      return attackCodes(await instance.open({ wide: true }), options);
    case 'passwords':
      return attackPasswords(await instance.open({ wide: true }));
    case 'strangers':
      return attackOpenness(instance);
    case 'sends':
      return attackSends(instance, options);
    case 'floods':
      return attackWithFloods(instance);
    case 'timing':
      return attackTiming(instance, options);
    case 'registrations':
      return attackRegistrations(instance);
    case 'requests':
      return attackRequests(instance);
    case 'sims':
      return attackWithStolenSims(instance, options);
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
