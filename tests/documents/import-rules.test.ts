import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The arrows of docs/architecture.md, and that `npm run check` holds them. */

interface SourceGraph {
  /** For each room the rooms that it imports from, each with one import. */
  arrowsBetweenRooms(files: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Source by path below `folder`. */
  readSources(folder: string): ReadonlyMap<string, string>;
}

interface ImportCycles {
  /** For each circle the way around, both ends included. */
  fileCycles(modules: ReadonlyMap<string, string>): string[][];
  /** Source by path below `root`. */
  readModules(root: string): ReadonlyMap<string, string>;
}

interface ImportRules {
  readonly ROOMS: Readonly<Record<string, readonly string[]>>;
  /** One line each. */
  violations(files: ReadonlyMap<string, string>): string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const { arrowsBetweenRooms, readSources }: SourceGraph = await import(join(root, 'scripts/source-graph.js'));
const { fileCycles, readModules }: ImportCycles = await import(join(root, 'scripts/import-cycles.js'));
const { ROOMS, violations }: ImportRules = await import(join(root, 'scripts/import-rules.js'));
const sources = readSources(join(root, 'src'));

function judge(file: string, source: string): string[] {
  return violations(new Map([...sources, [file, source]]));
}

it('the source keeps to the arrows', () => {
  expect(sources.size).toBeGreaterThan(100);
  expect(violations(sources)).toEqual([]);
});

it('the table of rooms allows no arrow that no import uses, but those to platform/', () => {
  const arrows = arrowsBetweenRooms(sources);
  const unused = Object.entries(ROOMS).flatMap(([room, others]) =>
    others
      .filter((other) => other !== 'platform' && !arrows.get(room)?.has(other))
      .map((other) => `${room} → ${other}`),
  );
  expect(unused).toEqual([]);
});

const planted = [
  {
    what: 'a service that imports graphql',
    file: 'otp/planted.service.ts',
    source: "import { GraphQLError } from 'graphql';",
    reason: 'src/otp/planted.service.ts imports the package graphql: it has another door',
  },
  {
    what: 'a service that imports from inside a package with another door',
    file: 'sign-in/planted.service.ts',
    source: "import type { FieldNode } from 'graphql/language/ast.js';",
    reason: 'src/sign-in/planted.service.ts imports the package graphql/language/ast.js: it has another door',
  },
  {
    what: 'a service that imports what GraphQL shows',
    file: 'sign-in/planted.service.ts',
    source: "import { RegisterSuccess } from './register.types.js';",
    reason:
      'src/sign-in/planted.service.ts imports sign-in/register.types.ts: only files that speak GraphQL may import one',
  },
  {
    what: 'a service that imports the GraphQL room',
    file: 'users/planted.service.ts',
    source: "import type { ClientInfo } from '../graphql/request-context.js';",
    reason: 'src/users/planted.service.ts imports graphql/request-context.ts: users may not import from graphql',
  },
  {
    what: 'a service that imports the slice of the context of its room',
    file: 'users/planted.service.ts',
    source: "import type { SignedInUser } from './user.context.js';",
    reason: 'src/users/planted.service.ts imports users/user.context.ts: only files that speak GraphQL may import one',
  },
  {
    what: 'the GraphQL room that knows a service',
    file: 'graphql/planted.ts',
    source: "import type { CityService } from '../cities/city.service.js';",
    reason: 'src/graphql/planted.ts imports cities/city.service.ts: graphql may not import from cities',
  },
  {
    what: 'one-time codes that know users',
    file: 'otp/planted.service.ts',
    source: "import { UserRepository } from '../users/user.repository.js';",
    reason: 'src/otp/planted.service.ts imports users/user.repository.ts: otp may not import from users',
  },
  {
    what: 'one-time codes that know users by type only',
    file: 'otp/planted.ts',
    source: "import type {\n  User,\n} from '../users/user.js';",
    reason: 'src/otp/planted.ts imports users/user.ts: otp may not import from users',
  },
  {
    what: 'users that know sessions, behind import()',
    file: 'users/planted.ts',
    source: "const sessions = await import('../sessions/session.service.js');",
    reason: 'src/users/planted.ts imports sessions/session.service.ts: users may not import from sessions',
  },
  {
    what: 'users that hand sessions on',
    file: 'users/planted.ts',
    source: "export * from '../sessions/session.table.js';",
    reason: 'src/users/planted.ts imports sessions/session.table.ts: users may not import from sessions',
  },
  {
    what: 'a service that imports a resolver',
    file: 'cities/planted.service.ts',
    source: "import { CityResolver } from './city.resolver.js';",
    reason: 'src/cities/planted.service.ts imports cities/city.resolver.ts: layers point down',
  },
  {
    what: 'a repository that imports a service by type only',
    file: 'cities/planted.repository.ts',
    source: "import type { CityService } from './city.service.js';",
    reason: 'src/cities/planted.repository.ts imports cities/city.service.ts: layers point down',
  },
  {
    what: 'twilio outside its door',
    file: 'providers/planted.sender.ts',
    source: "import twilio from 'twilio';",
    reason: 'src/providers/planted.sender.ts imports the package twilio: it has another door',
  },
  {
    what: 'HTTP in a resolver',
    file: 'users/planted.resolver.ts',
    source: "import type { FastifyRequest } from 'fastify';",
    reason: 'src/users/planted.resolver.ts imports the package fastify: it has another door',
  },
  {
    what: 'a room that imports the composition root',
    file: 'users/planted.ts',
    source: "import { createApp } from '../app.js';",
    reason: 'src/users/planted.ts imports app.ts: only the files at the top may import from the top',
  },
  {
    what: 'a provider that knows another one',
    file: 'providers/gateway/planted.ts',
    source: "import { createTwilioClient } from '../twilio/client.js';",
    reason: 'src/providers/gateway/planted.ts imports providers/twilio/client.ts: a provider knows no other provider',
  },
  {
    what: 'common ground that knows a provider',
    file: 'providers/http/planted.ts',
    source: "import { WebhookSender } from '../gateway/gateway.sender.js';",
    reason:
      'src/providers/http/planted.ts imports providers/gateway/gateway.sender.ts: common ground knows no provider',
  },
  {
    what: 'a decision that asks the database',
    file: 'sign-in/planted/decision.ts',
    source: "import type { Database } from '../../database/database.js';",
    reason: 'src/sign-in/planted/decision.ts imports database/database.ts: files that decide are pure',
  },
  {
    what: 'a decision that builds SQL',
    file: 'sign-in/planted/decision.ts',
    source: "import { sql } from 'drizzle-orm';",
    reason: 'src/sign-in/planted/decision.ts imports the package drizzle-orm: files that decide are pure',
  },
  {
    what: 'a room that the table of rooms does not know',
    file: 'planted/planted.ts',
    source: "import type { Clock } from '../platform/clock.js';",
    reason: 'src/planted/planted.ts imports platform/clock.ts: planted may not import from platform',
  },
];

it.each(planted)('the check finds $what', ({ file, source, reason }) => {
  expect(judge(file, source)).toContain(reason);
});

it('the check names a circle of rooms, even where each file follows the table and imports types only', () => {
  const found = violations(
    new Map([
      ['hen/hen.context.ts', "import type { Request } from '../graphql/request.js';"],
      ['graphql/request.ts', "import type { Egg } from '../egg/egg.js';"],
      ['egg/egg.ts', "import type { HenHouse } from '../hen/hen-house.js';"],
      ['hen/hen-house.ts', ''],
      ['corn/corn.ts', "import { Egg } from '../egg/egg.js';"],
    ]),
  );
  const imports =
    'hen/hen.context.ts imports graphql/request.ts; graphql/request.ts imports egg/egg.ts; ' +
    'egg/egg.ts imports hen/hen-house.ts';
  expect(found).toContain(
    `rooms in a circle: hen → graphql → egg → hen (${imports}); all its rooms: egg, graphql, hen`,
  );
});

it('the check finds a circle that one new import closes', () => {
  const found = judge('platform/planted.ts', "import type { User } from '../users/user.js';");
  expect(found.filter((line) => line.startsWith('rooms in a circle'))).toHaveLength(1);
});

it('the check finds a folder with more than 32 files', () => {
  const files = Array.from({ length: 33 }, (_, index): [string, string] => [`hen/egg-${index}.ts`, '']);
  expect(violations(new Map(files))).toEqual(['src/hen has 33 files, and 32 at most are allowed']);
  expect(violations(new Map(files.slice(1)))).toEqual([]);
});

it('`--rooms` shows every room with its files, lines and arrows', () => {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'scripts/import-rules.js'), '--rooms'], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^cities +\d+ files +\d+ lines {2}→ database, graphql, platform$/m);
  expect(stdout).toMatch(/^rooms: \d+; circles: 0$/m);
  expect(status).toBe(0);
});

it('only the configuration reads the environment', () => {
  const readers = [...sources].filter(([, source]) => source.includes('process.env')).map(([file]) => file);
  expect(readers.filter((file) => !file.startsWith('config/') && file !== 'main.ts')).toEqual([]);
});

it('no files of the project form a circle', () => {
  const modules = readModules(root);
  for (const file of ['src/main.ts', 'tests/documents/import-rules.test.ts', 'scripts/build.js', 'vitest.config.ts']) {
    expect([...modules.keys()]).toContain(file);
  }
  expect(fileCycles(modules)).toEqual([]);
});

it.each([
  { what: 'values', hen: "import { Egg } from './egg.js';" },
  { what: 'types', hen: "import type {\n  Egg,\n} from './egg.js';" },
  { what: 'what they hand on', hen: "export * from './egg.js';" },
  { what: 'a type at the place of its use', hen: "let egg: import('./egg.js').Egg;" },
  { what: 'one that is loaded late', hen: "const { Egg } = await import('./egg.js');" },
])('the check finds two files that import $what from each other', ({ hen }) => {
  const modules = [
    ['src/hen.ts', hen],
    ['src/egg.ts', "import type { Hen } from './hen.js';"],
    ['src/farm.ts', "import { Hen } from './hen.js';\nimport { Corn } from './corn.js';"],
    ['src/corn.ts', ''],
  ] as const;
  expect(fileCycles(new Map(modules))).toEqual([['src/hen.ts', 'src/egg.ts', 'src/hen.ts']]);
});

it('the check finds a circle of files in several languages, in which endings are left out', () => {
  const modules = [
    ['client/src/hen.tsx', "import { lay } from '../../scripts/lay';"],
    ['scripts/lay.js', "import { Egg } from '../tests/egg.js';"],
    ['tests/egg.ts', "import '../client/src/hen.js';"],
  ] as const;
  const circle = ['client/src/hen.tsx', 'scripts/lay.js', 'tests/egg.ts', 'client/src/hen.tsx'];
  expect(fileCycles(new Map(modules))).toEqual([circle]);
});
