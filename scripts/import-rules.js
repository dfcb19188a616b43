import { fileURLToPath } from 'node:url';
import {
  arrowsBetweenRooms,
  folderSizes,
  importsOf,
  readSources,
  resolveImport,
  roomCycles,
  roomOf,
  roomSizes,
  TOP,
} from './source-graph.js';

/** Which rooms of src/ a room may import from. Its own files it may always. */
export const ROOMS = {
  platform: [],
  'bundled-postgres': ['platform'],
  tracing: ['platform'],
  database: ['platform', 'tracing'],
  phone: ['platform'],
  texts: ['platform'],
  providers: ['phone', 'platform', 'texts', 'tracing'],
  config: [
    'account',
    'admin',
    'audit',
    'budgets',
    'captcha',
    'costs',
    'database',
    'events',
    'http',
    'inbox',
    'messaging',
    'notices',
    'number-proofs',
    'number-signals',
    'otp',
    'passkeys',
    'phone',
    'platform',
    'providers',
    'pumping',
    'service-tokens',
    'sessions',
    'sign-in',
    'subgraph',
    'texts',
    'users',
  ],
  audit: ['database', 'platform'],
  admin: [
    'account',
    'audit',
    'blocks',
    'budgets',
    'cities',
    'database',
    'devices',
    'learned-routes',
    'messaging',
    'notices',
    'otp',
    'phone',
    'platform',
    'pumping',
    'service-tokens',
    'sessions',
    'sign-in',
    'texts',
    'users',
  ],
  'service-tokens': ['platform'],
  events: ['database', 'platform', 'service-tokens', 'tracing'],
  import: ['database', 'events', 'phone', 'platform', 'users'],
  blocks: ['audit', 'database', 'platform'],
  budgets: ['database', 'platform'],
  captcha: ['platform', 'tracing'],
  cities: ['database', 'platform'],
  devices: ['budgets', 'database', 'platform', 'users'],
  otp: ['audit', 'budgets', 'database', 'devices', 'phone', 'platform'],
  messaging: ['blocks', 'database', 'otp', 'phone', 'platform', 'providers', 'pumping', 'texts'],
  costs: ['database', 'messaging', 'platform', 'providers', 'texts'],
  'learned-routes': ['costs', 'database', 'messaging', 'platform', 'providers', 'texts'],
  users: ['cities', 'database', 'phone', 'platform'],
  passkeys: ['database', 'platform', 'users'],
  pumping: ['audit', 'database', 'platform'],
  sessions: ['audit', 'cities', 'database', 'devices', 'passkeys', 'platform', 'users'],
  'sign-in': [
    'audit',
    'blocks',
    'budgets',
    'captcha',
    'costs',
    'database',
    'devices',
    'messaging',
    'notices',
    'number-signals',
    'otp',
    'passkeys',
    'phone',
    'platform',
    'providers',
    'pumping',
    'sessions',
    'texts',
    'users',
  ],
  account: [
    'audit',
    'budgets',
    'captcha',
    'cities',
    'database',
    'devices',
    'messaging',
    'notices',
    'number-signals',
    'otp',
    'passkeys',
    'phone',
    'platform',
    'pumping',
    'sessions',
    'sign-in',
    'texts',
    'users',
  ],
  'number-proofs': ['audit', 'budgets', 'database', 'otp', 'phone', 'platform', 'sessions', 'sign-in', 'texts'],
  notices: ['blocks', 'budgets', 'database', 'messaging', 'phone', 'platform', 'texts', 'users'],
  'number-signals': ['platform', 'tracing'],
  subgraph: ['platform', 'service-tokens', 'sessions', 'users'],
  graphql: ['platform', 'tracing'],
  http: ['graphql', 'platform', 'providers', 'sessions', 'tracing'],
  housekeeping: ['platform'],
  inbox: ['platform', 'providers'],
  metrics: ['platform'],
  commands: [
    'account',
    'admin',
    'audit',
    'cities',
    'costs',
    'database',
    'events',
    'import',
    'learned-routes',
    'messaging',
    'passkeys',
    'phone',
    'platform',
    'providers',
    'pumping',
    'service-tokens',
    'sessions',
    'texts',
    'users',
  ],
};

/** Files that speak GraphQL, by suffix. Only they may import from src/graphql and from each other. */
const GRAPHQL_FILES = /\.(resolver|types?|context)\.ts$/;

/** Packages with one door each, whatever is imported from inside them. */
const PACKAGES = [
  { name: /^@apollo\//, door: /^(graphql|http)\// },
  { name: /^(graphql|graphql-scalars|type-graphql)(\/|$)/, door: /^(graphql\/|schema\.ts)|\.(resolver|types?)\.ts$/ },
  { name: /^(graphql-rate-limit|graphql-query-complexity|@escape\.tech)(\/|$)/, door: /^graphql\// },
  {
    name: /^(fastify(\/|$)|@fastify\/|@as-integrations\/)/,
    door: /^(http\/|inbox\/inbox\.routes\.ts|admin\/console-page\/console\.routes\.ts|app\.ts)/,
  },
  { name: /^@opentelemetry\//, door: /^tracing\// },
  { name: /^prom-client(\/|$)/, door: /^metrics\// },
  { name: /^sms-segments-calculator(\/|$)/, door: /^texts\/sms-size\.ts$/ },
  { name: /^nodemailer(\/|$)/, door: /^providers\/smtp\// },
  { name: /^twilio(\/|$)/, door: /^providers\/twilio\// },
  { name: /^postgres(\/|$)/, door: /^(database|bundled-postgres)\// },
  { name: /^argon2(\/|$)/, door: /^users\/(password|imported-passwords\/argon2)\.ts$/ },
  { name: /^bcrypt(\/|$)/, door: /^users\/imported-passwords\/bcrypt\.ts$/ },
  { name: /^csv-parse(\/|$)/, door: /^import\// },
  { name: /^dataloader(\/|$)/, door: /^platform\/loader\.ts$/ },
  { name: /^fastest-levenshtein(\/|$)/, door: /^(config\/setting-names|platform\/names\/closest-name)\.ts$/ },
];

/** Layers point down: none may import from a later one. */
const LAYERS = [/\.resolver\.ts$/, /\.service\.ts$/, /\.repository\.ts$/, /\.table\.ts$/];

/** Files directly in one folder: a fuller one wants dividing. */
const MOST_FILES_IN_FOLDER = 32;

/** Pure functions from facts to a decision: the truth tables in tests/ are worth something only while these ask nothing. */
const DECIDES = /(^|\/)(decision|guarded-send|pumping-guard|proof-counter|rate-budget)\.ts$/;

/** The folder of a provider that a file is in. */
/** The provider that a file belongs to. `http/` is common ground of all providers that are reached by HTTP. */
const providerOf = (file) => /^providers\/(?!http\/)([^/]+)\//.exec(file)?.[1] ?? null;

const layerOf = (file) => LAYERS.findIndex((layer) => layer.test(file));

/**
 * What breaks the arrows of docs/architecture.md.
 * @param {ReadonlyMap<string, string>} files source by path below src/
 * @returns {string[]} one line each
 */
export function violations(files) {
  const imports = [...files].flatMap(([file, source]) => importsOf(source).flatMap((target) => judge(file, target)));
  return [...imports, ...circles(files), ...fullFolders(files)];
}

function judge(file, target) {
  if (!target.startsWith('.')) return judgePackage(file, target);
  const imported = resolveImport(file, target);
  const [room, other] = [roomOf(file), roomOf(imported)];
  const found = [];
  if (other === TOP && room !== TOP && room !== 'commands') {
    found.push('only the files at the top may import from the top');
  }
  if (room !== TOP && other !== TOP && room !== other && !mayEnter(file, room, other)) {
    found.push(`${room} may not import from ${other}`);
  }
  if (room !== TOP && GRAPHQL_FILES.test(imported) && !GRAPHQL_FILES.test(file)) {
    found.push('only files that speak GraphQL may import one');
  }
  if (DECIDES.test(file) && other === 'database') found.push('files that decide are pure');
  const [provider, otherProvider] = [providerOf(file), providerOf(imported)];
  if (otherProvider !== null && provider !== null && provider !== otherProvider) {
    found.push('a provider knows no other provider');
  }
  if (/^providers\/http\//.test(file) && otherProvider !== null) found.push('common ground knows no provider');
  if (layerOf(file) > layerOf(imported) && layerOf(imported) >= 0) found.push('layers point down');
  return found.map((reason) => `src/${file} imports ${imported}: ${reason}`);
}

function mayEnter(file, room, other) {
  if (!(room in ROOMS)) return false;
  if (other === 'graphql') return GRAPHQL_FILES.test(file) || room === 'http';
  return ROOMS[room].includes(other);
}

function judgePackage(file, target) {
  const found = PACKAGES.filter(({ name, door }) => name.test(target) && !door.test(file)).map(
    () => `src/${file} imports the package ${target}: it has another door`,
  );
  if (DECIDES.test(file) && /^drizzle-orm/.test(target)) {
    found.push(`src/${file} imports the package ${target}: files that decide are pure`);
  }
  return found;
}

/** The written table allows no circle, but the arrows to graphql/ are not in it. */
function circles(files) {
  const arrows = arrowsBetweenRooms(files);
  return roomCycles(arrows).map(({ rooms, shortest }) => {
    const steps = shortest.slice(1).map((room, index) => arrows.get(shortest[index]).get(room));
    return `rooms in a circle: ${shortest.join(' → ')} (${steps.join('; ')}); all its rooms: ${rooms.sort().join(', ')}`;
  });
}

function fullFolders(files) {
  const full = [...folderSizes(files)].filter(([, count]) => count > MOST_FILES_IN_FOLDER);
  return full.map(
    ([folder, count]) => `src/${folder} has ${count} files, and ${MOST_FILES_IN_FOLDER} at most are allowed`,
  );
}

/** Rooms by files and lines, and where their imports lead. */
function table(files) {
  const arrows = arrowsBetweenRooms(files);
  const rows = roomSizes(files).map(({ room, files, lines }) => {
    const size = `${String(files).padStart(4)} files ${String(lines).padStart(6)} lines`;
    return `${room.padEnd(17)}${size}  → ${[...arrows.get(room).keys()].sort().join(', ') || '–'}`;
  });
  const circled = roomCycles(arrows).map(({ rooms }) => rooms.length);
  return [
    ...rows,
    `rooms: ${rows.length}; circles: ${circled.length}${circled.length ? ` of ${circled.join(', ')} rooms` : ''}`,
  ];
}

function main() {
  const files = readSources(fileURLToPath(new URL('../src', import.meta.url)));
  if (process.argv.includes('--rooms')) process.stdout.write(`${table(files).join('\n')}\n`);
  const found = violations(files);
  for (const line of found) process.stderr.write(`${line}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
