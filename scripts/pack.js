import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, notBundled } from './build.js';
import { LICENSES_FILE, licensesOfPackages } from './licenses.js';

/** `npm run pack`: the packages of the service and of the client, in release/. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
/** npm puts these into every package. */
const ALWAYS = ['README.md', 'LICENSE'];
/** What an installation of the maintainer's own has beside its examples. */
const SECRET = /(^|\/)(secrets|owner)\.env$/;
const TOLD = ['name', 'version', 'description', 'license', 'type', 'engines', 'bin'];

/**
 * Packs the service as it is built: its manifest asks only for the packages that are not in the bundle. The others come as we
 * tested them, and without our `overrides`, which npm ignores in an installed package.
 * @param {string} destination an existing folder
 * @returns {Promise<{ file: string, paths: string[] }>} the package, and the paths in it
 */
export async function packService(destination) {
  const stage = await mkdtemp(join(tmpdir(), 'phone-accounts-pack-'));
  try {
    const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    // npm leaves out what begins with an exclamation mark.
    for (const name of [...ALWAYS, ...own.files.filter((each) => !each.startsWith('!'))]) {
      await mkdir(dirname(join(stage, name)), { recursive: true });
      await cp(join(root, name), join(stage, name), { recursive: true, filter: (path) => !SECRET.test(path) });
    }
    await writeFile(join(stage, LICENSES_FILE), licensesOfPackages());
    await writeFile(join(stage, 'package.json'), `${JSON.stringify(manifestOf(own), null, 2)}\n`);
    return await pack(['pack'], { cwd: stage, destination });
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

function manifestOf(own) {
  const outside = Object.entries(own.dependencies).filter(([name]) => notBundled.includes(name));
  const { files, optionalDependencies } = own;
  return {
    ...Object.fromEntries(TOLD.map((name) => [name, own[name]])),
    files: [...files, LICENSES_FILE],
    dependencies: Object.fromEntries(outside),
    optionalDependencies,
  };
}

async function pack(command, { cwd, destination }) {
  const { stdout } = await run('npm', [...command, '--json', '--offline', '--pack-destination', destination], { cwd });
  // npm 10 prints a list, npm 11 an object by names.
  const [{ filename, files }] = Object.values(JSON.parse(stdout));
  return { file: join(destination, filename), paths: files.map(({ path }) => path) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const destination = join(root, 'release');
  await mkdir(destination, { recursive: true });
  await build();
  const service = await packService(destination);
  const client = await pack(['pack', '-w', 'client'], { cwd: root, destination });
  process.stdout.write(`${service.file}\n${client.file}\n`);
}
