/**
 * `npm run bench:memory` measures whether the service keeps memory: new people ask for codes, sign in, read their accounts, refresh
 * and use passwords, some 10,000 requests in a turn. After each turn it prints the resident memory of the process, as an operator
 * sees it, and what is left in use after a full garbage collection. Aim: after 100,000 requests at most 20 % more than after 10,000.
 *
 * `--turns 10`, `--calls 1100`: how many of each operation a turn has.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { graphql } from './floor/dialects.js';
import { pinLoad } from './main/cores.js';
import { ours } from './main/ours.js';
import { openSubject } from './main/subject.js';
import { takeTurn } from './main/turn.js';

const { values: options } = parseArgs({
  options: { turns: { type: 'string', default: '10' }, calls: { type: 'string', default: '1100' } },
});
const TURNS = Number(options.turns);
const CALLS = Number(options.calls);
const MEGABYTE = 1024 * 1024;

pinLoad();
const settings = { NODE_OPTIONS: `--import ${new URL('../cluster/memory-probe.js', import.meta.url).href}` };
const build = fileURLToPath(new URL('..', import.meta.url));
const subject = await openSubject(
  await ours({ name: 'service', dialect: graphql, script: 'service.js', build, settings }),
);
try {
  const seen = [];
  let requests = 0;
  process.stdout.write(`${'requests'.padStart(9)}${'resident'.padStart(12)}${'in use'.padStart(12)}\n`);
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const samples = await takeTurn(subject, { calls: CALLS });
    requests += Object.values(samples).reduce((sum, { calls }) => sum + calls, 0);
    seen.push({ resident: residentOf(subject.child.pid), inUse: await inUseOf(subject.child) });
    const { resident, inUse } = seen.at(-1);
    process.stdout.write(`${String(requests).padStart(9)}${megabytes(resident)}${megabytes(inUse)}\n`);
  }
  const growth = (name) => `${(100 * (seen.at(-1)[name] / seen[0][name] - 1)).toFixed(0)} %`;
  process.stdout.write(
    `growth from the first turn to the last one: resident ${growth('resident')}, in use ${growth('inUse')}\n`,
  );
} finally {
  await subject.stop();
}

/** Bytes. */
function residentOf(pid) {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  return Number(kilobytes) * 1024;
}

/** Bytes of objects and buffers after a full garbage collection. */
async function inUseOf(child) {
  const told = once(child, 'message');
  child.send('memory');
  const [{ heapUsed, external }] = await told;
  return heapUsed + external;
}

function megabytes(bytes) {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`.padStart(12);
}
