import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledServer } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { Ending, ServiceProcess } from '../support/process/process-service.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/cities-import.js', import.meta.url));
const PLACE = [
  '9999001',
  'Port Moresby Heights',
  'Port Moresby Heights',
  '',
  '-9.4',
  '147.1',
  'P',
  'PPL',
  'PG',
  '',
  '20',
]
  .concat(['', '', '', '1234', '', '40', 'Pacific/Port_Moresby', '2026-01-01'])
  .join('\t');

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.makeSetUp();
});

afterEach(() => place.end());

async function importCities(...files: string[]): Promise<Ending> {
  const command = await place.start({ command: [process.execPath, SCRIPT, ...files] });
  return command.ended;
}

async function listFile(name: string, text: string): Promise<string> {
  const path = join(place.folder, name);
  await writeFile(path, text);
  return path;
}

async function namesFound({ client }: ServiceProcess, search: string): Promise<string[]> {
  const query = 'query ($search: String!) { cities(search: $search) { edges { node { name region } } } }';
  const { body } = await client.graphql(query, { search });
  return body.data.cities.edges.map(({ node }: { node: { name: string; region: string } }) => [node.name, node.region]);
}

test('an operator adds cities while the service runs on the bundled database, and users find them', async () => {
  const service = await place.startReady();
  const places = await listFile('PG.txt', `${PLACE}\nno place\n`);
  const regions = await listFile('admin1CodesASCII.txt', 'PG.20\tNational Capital\tNational Capital\t2088123\n');
  const [server] = await bundledServer(place.folder);

  const { code, stdout, stderr } = await importCities(places, regions);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^1 cities imported, 0 other places skipped, 1 lines refused\.\n {2}line 2: .+\n$/);
  expect(await namesFound(service, 'Port Moresby H')).toEqual([['Port Moresby Heights', 'National Capital']]);
  expect((await bundledServer(place.folder))[0]).toBe(server);
});

test('who presses Ctrl-C in the middle of a long list gets the prompt back, and no database is left running', async () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => PLACE.replace('9999001', String(9_000_000 + index)));
  const places = await listFile('all.txt', lines.join('\n'));
  const command = await place.start({ command: [process.execPath, SCRIPT, places] });
  while ((await bundledServer(place.folder)).length === 0) await pause(20);

  command.pressCtrlC();

  expect(await command.ended).toMatchObject({ code: 1, stdout: '', stderr: '' });
  expect(await bundledServer(place.folder)).toEqual([]);
});

test('where nothing runs and the file is wrong, it says so in a line, and no database is left running', async () => {
  const { code, stdout, stderr } = await importCities(join(place.folder, 'missing.txt'));

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^phone-accounts cannot start: .*missing\.txt cannot be read: there is no such file\.\n$/);
  expect(await bundledServer(place.folder)).toEqual([]);
});

test('without a file it tells how it is used, and opens nothing', async () => {
  const { code, stderr } = await importCities();

  expect(code).toBe(1);
  expect(stderr).toContain('Usage: npm run cities:import');
  expect(await bundledServer(place.folder)).toEqual([]);
});
