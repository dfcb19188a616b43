/**
 * `npm run soak` runs three processes of the service behind HAProxy, on a PostgreSQL with a standby, and people who live
 * whole lives in it, while providers fail, processes are stopped and killed, and the primary dies (docs/soak.md). It prints
 * a line each minute, and ends with exit code 1 if something was lost or doubled. `-- --minutes 60` sets how long.
 */
import '../../scripts/end-with-npm.js';
import { writeFileSync } from 'node:fs';
import { optionsFrom, run, say } from '../run.js';
import { Soak } from './soak.js';
import { headOfTable, rowOfTable } from './table.js';

/** `rest`: milliseconds that a client waits before each call. */
const options = optionsFrom(
  { minutes: 60, processes: 3, people: 150, clients: 6, rest: 300, seed: 1 },
  ['fill'],
  ['json'],
);

await run(async (parts) => {
  const soak = await Soak.prepare(parts, options);
  process.stdout.write(`${headOfTable(options.processes)}\n`);
  for await (const minute of soak.minutes()) process.stdout.write(`${rowOfTable(minute)}\n`);
  const result = await soak.end();
  for (const line of result.lines) say(line);
  // The first ones of each kind were told when they were found.
  const kinds = new Set(result.findings.map(({ kind }) => kind));
  for (const kind of kinds) say(`${result.findings.filter((each) => each.kind === kind).length} × ${kind}`);
  const isRight = result.findings.length === 0;
  say(isRight ? 'Nothing was lost, doubled or left to grow.' : `${result.findings.length} findings.`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ options, ...result }, null, 1)}\n`);
  return isRight;
});
