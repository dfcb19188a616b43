import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Types, lint and imports: every step of `npm run check`, as many at once as there are processors. Each prints when it has
 * ended, and all run, also where one fails.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = join(root, 'node_modules');
/** By itself, the compiler checks with four threads that know nothing of each other, and takes twice the processor time. */
const compiler = [join(packages, 'typescript/bin/tsc'), '--singleThreaded'];

/** The longest ones first. */
const steps = [
  [...compiler, '-p', 'tsconfig.json'],
  [...compiler, '-p', 'tsconfig.browser.json'],
  [join(packages, '@biomejs/biome/bin/biome'), 'check'],
  [...compiler, '-p', 'client/tsconfig.json', '--noEmit'],
  [...compiler, '-p', 'examples/react-apollo'],
  ['scripts/import-cycles.js'],
  ['scripts/import-rules.js'],
];

/** @returns {Promise<boolean>} whether it passed */
function run(step) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(`\nFailed: ${step.join(' ').replaceAll(root, '')}\n`);
      process.stderr.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}

const waiting = [...steps];

async function work() {
  let passed = true;
  for (let step = waiting.shift(); step; step = waiting.shift()) passed = (await run(step)) && passed;
  return passed;
}

const results = await Promise.all(Array.from({ length: availableParallelism() }, work));
process.exitCode = results.every(Boolean) ? 0 : 1;
