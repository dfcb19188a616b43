import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `npm run release -- 1.2.0`: writes the version into every file that tells it, gives the changelog its section, and takes the
 * schemas as released. It commits nothing (docs/releasing.md).
 */
const USAGE = 'Usage: npm run release -- VERSION, such as 1.2.0 or 1.2.0-rc.1';

/** By Semantic Versioning, without what it calls build metadata: tags and file names carry the version. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/;

/** What begins the section of entries that no release has yet. */
const UNRELEASED = '## [Unreleased]\n';

/** Examples that use the client from the workspace. */
const EXAMPLES = ['examples/web/package.json', 'examples/react-apollo/package.json'];

/** Of an installation with Kubernetes: the image of the service, and of its migrations. */
const IMAGES = ['', 'migration/'].map((folder) => `ops/kubernetes/example/${folder}kustomization.yaml`);

/**
 * The files of a release, by their paths.
 * @param {{ version: string, day: string, read: (path: string) => string }} release
 * @returns {Map<string, string>}
 */
export function releaseFiles({ version, day, read }) {
  if (!VERSION.test(version)) throw new Error(USAGE);
  const edit = (path, change) => [path, json(read(path), change)];
  const ownVersion = (manifest) => Object.assign(manifest, { version });
  const locked = (lock, folder) => ownVersion(lock.packages[folder]);
  return new Map([
    ['CHANGELOG.md', changelogOf({ version, day, before: read('CHANGELOG.md') })],
    ...['package.json', 'client/package.json'].map((path) => edit(path, ownVersion)),
    ...EXAMPLES.map((path) =>
      edit(path, ({ dependencies }) => Object.assign(dependencies, { '@phone-accounts/client': version })),
    ),
    edit('package-lock.json', (lock) => [ownVersion(lock), locked(lock, ''), locked(lock, 'client')]),
    edit('examples/nextjs/package-lock.json', (lock) => locked(lock, '../../client')),
    ...IMAGES.map((path) => [path, read(path).replace(/^( +newTag: ).*$/m, `$1${version}`)]),
    ...['schema', 'subgraph'].map((name) => [
      `${name}.released.graphql`,
      `# Release: ${version} (${day})\n${read(`${name}.graphql`)}`,
    ]),
  ]);
}

function json(text, change) {
  const value = JSON.parse(text);
  change(value);
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What stood under "Unreleased" becomes the section of the version. */
function changelogOf({ version, day, before }) {
  if (before.includes(`\n## [${version}]`)) throw new Error(`CHANGELOG.md has a section of ${version} already.`);
  const [head, rest] = before.split(UNRELEASED);
  const entries = rest?.split(/^## \[/m, 1)[0]?.trim();
  if (!entries) throw new Error('CHANGELOG.md has nothing under "Unreleased".');
  return `${head}${UNRELEASED}\n## [${version}] - ${day}\n${rest}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pathOf = (path) => new URL(`../${path}`, import.meta.url);
  const read = (path) => readFileSync(pathOf(path), 'utf8');
  try {
    const [version = '', ...more] = process.argv.slice(2);
    if (more.length > 0) throw new Error(USAGE);
    const files = releaseFiles({ version, day: new Date().toISOString().slice(0, 10), read });
    for (const [path, text] of files) writeFileSync(pathOf(path), text);
    process.stdout.write(
      `${[...files.keys()].join('\n')}\nLook at the changes, then commit them and tag v${version}.\n`,
    );
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
