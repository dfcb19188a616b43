// Measures the time from `npm start` on an empty data folder to the first printed code, and the memory of the service
// then: npm run bench:first-code -- [rounds]. Aims: 2 seconds, 160 MB.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 5);
const root = fileURLToPath(new URL('..', import.meta.url));
const body = JSON.stringify({
  query: 'mutation { requestOtp(input: { phoneNumber: "+9779812345678" }) { __typename } }',
});
const folders = [];
const times = [];
try {
  for (let round = 1; round <= rounds; round += 1) {
    times.push(await measure());
    // Wait, because the disk is still busy with the files of this round.
    await pause(5_000);
  }
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
times.sort((a, b) => a - b);
process.stdout.write(`first code: median ${times[times.length >> 1]} ms, slowest ${times.at(-1)} ms\n`);

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-'));
  folders.push(folder);
  const port = await freePort();
  const began = performance.now();
  const service = spawn('npm', ['start'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((resolve) => service.on('exit', resolve));
  await printed(service.stdout, '/graphql');
  const answer = fetch(`http://localhost:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await printed(service.stdout, 'SMS to');
  const took = Math.round(performance.now() - began);
  await answer;
  process.stdout.write(`${took} ms, ${memoryOf(service.pid)} resident\n`);
  // Stop the process group: npm and everything that it started, even if npm ends first.
  process.kill(-service.pid, 'SIGTERM');
  await ended;
  return took;
}

/** Resolves when the text has been printed. */
function printed(stream, text) {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      if (!output.includes(text)) return;
      stream.off('data', read);
      resolve();
    };
    stream.on('data', read);
    stream.on('end', () => reject(new Error(`ended before "${text}" was printed`)));
  });
}

/** The memory of the service's own process, without npm and the shell. */
function memoryOf(group) {
  try {
    const children = (pid) =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const tree = (pid) => [pid, ...children(pid).flatMap(tree)];
    const service = tree(group).find((pid) =>
      /^node\0scripts\/start\.js/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
    );
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service}/status`, 'utf8'));
    return `${Math.round(Number(resident?.[1]) / 1024)} MB`;
  } catch {
    return 'memory unknown';
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
