import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which rooms of src/ a room may import from. Its own files it may always. */
export const ROOMS = {
  platform: [],
  'bundled-postgres': ['platform'],
  database: ['platform'],
  phone: ['platform'],
  texts: ['platform'],
  providers: ['platform', 'texts'],
  config: [
    'budgets',
    'captcha',
    'database',
    'http',
    'messaging',
    'otp',
    'phone',
    'platform',
    'providers',
    'pumping',
    'sessions',
    'sign-in',
    'texts',
    'users',
  ],
  audit: ['database', 'platform'],
  budgets: ['database', 'platform'],
  captcha: ['platform'],
  cities: ['database', 'platform'],
  devices: ['budgets', 'database', 'platform', 'users'],
  otp: ['budgets', 'database', 'devices', 'phone', 'platform'],
  messaging: ['database', 'otp', 'phone', 'platform', 'providers', 'pumping', 'texts'],
  users: ['cities', 'database', 'phone', 'platform'],
  pumping: ['audit', 'database', 'platform'],
  sessions: ['audit', 'cities', 'database', 'devices', 'platform', 'users'],
  'sign-in': [
    'audit',
    'budgets',
    'captcha',
    'cities',
    'database',
    'devices',
    'messaging',
    'otp',
    'phone',
    'platform',
    'providers',
    'pumping',
    'sessions',
    'texts',
    'users',
  ],
  graphql: ['budgets', 'cities', 'database', 'messaging', 'platform', 'sessions', 'sign-in', 'users'],
  http: ['graphql', 'platform', 'providers'],
  housekeeping: ['platform'],
  inbox: ['platform', 'providers'],
  metrics: ['platform'],
  commands: [
    'cities',
    'config',
    'database',
    'messaging',
    'phone',
    'platform',
    'providers',
    'pumping',
    'sessions',
    'texts',
  ],
};

/** Files that speak GraphQL, by suffix; they alone may also import from src/graphql, and from each other. */
const GRAPHQL_FILES = /\.(resolver|types?)\.ts$|\/failures\.ts$/;

/** Packages with one door each, whatever is imported from inside them. */
const PACKAGES = [
  { name: /^@apollo\//, door: /^(graphql|http)\// },
  { name: /^(graphql|graphql-scalars|type-graphql)(\/|$)/, door: /^(graphql\/|schema\.ts)|\.(resolver|types?)\.ts$/ },
  { name: /^(graphql-rate-limit|graphql-query-complexity|@escape\.tech)(\/|$)/, door: /^graphql\// },
  { name: /^(fastify(\/|$)|@fastify\/|@as-integrations\/)/, door: /^(http\/|inbox\/inbox\.routes\.ts|app\.ts)/ },
  { name: /^prom-client(\/|$)/, door: /^metrics\// },
  { name: /^sms-segments-calculator(\/|$)/, door: /^texts\/sms-size\.ts$/ },
  { name: /^nodemailer(\/|$)/, door: /^providers\/smtp\// },
  { name: /^twilio(\/|$)/, door: /^providers\/twilio\// },
  { name: /^postgres(\/|$)/, door: /^(database|bundled-postgres)\// },
  { name: /^argon2(\/|$)/, door: /^users\/password\.ts$/ },
];

/** Layers point down: none may import from a later one. */
const LAYERS = [/\.resolver\.ts$/, /\.service\.ts$/, /\.repository\.ts$/, /\.table\.ts$/];

const layerOf = (file) => LAYERS.findIndex((layer) => layer.test(file));
const roomOf = (file) => (file.includes('/') ? file.split('/')[0] : null);

/**
 * What breaks the arrows of docs/architecture.md.
 * @param {ReadonlyMap<string, string>} files source by path below src/
 * @returns {string[]} one line each
 */
export function violations(files) {
  return [...files].flatMap(([file, source]) => importsOf(source).flatMap((target) => judge(file, target)));
}

function importsOf(source) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2]);
}

function judge(file, target) {
  if (!target.startsWith('.')) return judgePackage(file, target);
  const imported = posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts');
  const [room, other] = [roomOf(file), roomOf(imported)];
  const found = [];
  if (other === null && room !== null && room !== 'commands')
    found.push('only the files at the top may import from the top');
  if (room !== null && other !== null && room !== other && !mayEnter(file, room, other)) {
    found.push(`${room} may not import from ${other}`);
  }
  if (room !== null && GRAPHQL_FILES.test(imported) && !GRAPHQL_FILES.test(file)) {
    found.push('only files that speak GraphQL may import one');
  }
  if (layerOf(file) > layerOf(imported) && layerOf(imported) >= 0) found.push('layers point down');
  return found.map((reason) => `src/${file} imports ${imported}: ${reason}`);
}

function mayEnter(file, room, other) {
  if (!(room in ROOMS)) return false;
  if (other === 'graphql') return GRAPHQL_FILES.test(file) || room === 'http';
  return ROOMS[room].includes(other);
}

function judgePackage(file, target) {
  return PACKAGES.filter(({ name, door }) => name.test(target) && !door.test(file)).map(
    () => `src/${file} imports the package ${target}: it has another door`,
  );
}

/** Reads every source file below `folder`. */
export function readSources(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = violations(readSources(fileURLToPath(new URL('../src', import.meta.url))));
  for (const line of found) process.stderr.write(`${line}\n`);
  process.exit(found.length > 0 ? 1 : 0);
}
