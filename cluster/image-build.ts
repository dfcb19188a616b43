import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pairOf, type Stage, type Step, stagesOf } from './dockerfile.js';
import type { Parts } from './parts.js';
import { loadOfMachine, say } from './run.js';
import { StageRoot } from './stage-root.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the last stage makes. */
export interface Image {
  readonly root: StageRoot;
  readonly stage: Stage;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: string;
}

interface Building {
  readonly root: StageRoot;
  readonly env: Record<string, string>;
  folder: string;
  user: string | null;
}

/** The stage that makes the runtime folder. */
const BUILD = 'build';

/** What a step changes in no file. */
const DESCRIBING = ['LABEL', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'CMD'];

/**
 * Runs the steps of the Dockerfile in empty folders. Programs of this machine stand for the base image.
 * @param quick whether the build of this checkout stands for that of the Dockerfile
 */
export async function buildImage(parts: Parts, { quick }: { quick: boolean }): Promise<Image> {
  const made = new Map<string | null, Building>();
  const stages = stagesOf(join(ROOT, 'Dockerfile'));
  for (const [index, stage] of stages.entries()) {
    const building: Building = { root: new StageRoot(parts, `stage-${index}`), env: {}, folder: '/', user: null };
    if (quick && stage.name === BUILD) writeRuntime(building.root);
    else for (const step of stage.steps) await take(step, building, made);
    made.set(stage.name, building);
  }
  const [stage, last] = [stages.at(-1), made.get(null)];
  if (!stage || !last || last.user === null) throw new Error('The Dockerfile has no last stage with a USER.');
  const { root, env, folder, user } = last;
  return { root, stage, env, folder, user };
}

function writeRuntime({ folder }: StageRoot): void {
  const script = join(ROOT, 'scripts/runtime-folder.js');
  say(execFileSync(process.execPath, [script, join(folder, 'runtime')], { encoding: 'utf8' }).trimEnd());
}

async function take(step: Step, building: Building, made: ReadonlyMap<string | null, Building>): Promise<void> {
  const { keyword, words } = step;
  if (DESCRIBING.includes(keyword)) return;
  if (keyword === 'ENV' || keyword === 'ARG') Object.assign(building.env, Object.fromEntries(words.map(pairOf)));
  else if (keyword === 'USER') building.user = words[0] ?? null;
  else if (keyword === 'WORKDIR') enter(building, words[0] ?? '/');
  else if (keyword === 'COPY') copy(step, building, made);
  else if (keyword === 'RUN') await runStep(step, building);
  else throw new Error(`${keyword}: this trial does not know it.`);
}

function enter(building: Building, folder: string): void {
  building.folder = posix.resolve(building.folder, folder);
  mkdirSync(join(building.root.folder, building.folder), { recursive: true });
}

function copy({ words, flags }: Step, { root, folder }: Building, made: ReadonlyMap<string | null, Building>): void {
  const from = flags['from'] === undefined ? ROOT : made.get(flags['from'])?.root.folder;
  if (from === undefined) throw new Error(`COPY --from=${flags['from']}: there is no such stage.`);
  const target = words.at(-1) ?? '';
  const path = posix.resolve(folder, target);
  root.copy(
    words.slice(0, -1).map((source) => join(from, source)),
    target.endsWith('/') ? `${path}/` : path,
  );
}

async function runStep({ text, flags }: Step, { root, env, folder }: Building): Promise<void> {
  const npmCache = /target=([^,]+)/.exec(flags['mount'] ?? '')?.[1];
  const began = performance.now();
  const { code, output } = await root.run(['sh', '-c', text], {
    folder,
    user: null,
    env: { ...ofNpm(), ...env },
    npmCache,
  });
  say(`RUN ${text}: ${((performance.now() - began) / 1000).toFixed(1)} s, ${loadOfMachine()}`);
  for (const line of output.split('\n')) say(`  ${line}`);
  if (code !== 0) throw new Error(`RUN ${text}: exit code ${code}`);
}

/** Of a machine behind a proxy or with certificates of its own. */
function ofNpm(): Record<string, string> {
  const names = /^(https?_proxy|no_proxy|npm_config_\w+|NODE_EXTRA_CA_CERTS)$/i;
  const pairs = Object.entries(process.env).filter(([name, value]) => value && names.test(name));
  return Object.fromEntries(pairs) as Record<string, string>;
}
