import { readFileSync } from 'node:fs';
import { buildASTSchema, buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { newestRelease, poorDeprecations, releaseOf, unannouncedBreaks } from '../../scripts/schema-changes.js';

/** Front ends that were built on the last release go on working, or the changelog says what breaks. */

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const released = read('schema.released.graphql');
const current = read('schema.graphql');
/** The directives of Federation are defined by gateways. */
const subgraphOf = (sdl: string) => buildASTSchema(parse(sdl), { assumeValidSDL: true });
const releasedSubgraph = read('subgraph.released.graphql');
const subgraph = read('subgraph.graphql');
const changelog = read('CHANGELOG.md');

function breaks(before: string, after: string, said = '') {
  const log = `# Changelog\n\n## [Unreleased]\n\n${said}\n## [1.0.0] - 2026-12-01\n\n- **Breaking:** \`User.email\` has gone.\n`;
  return unannouncedBreaks({ released: buildSchema(before), current: buildSchema(after), changelog: log });
}

test('the schema breaks no client of the last release without a line in the changelog', async () => {
  const found = await unannouncedBreaks({ released: buildSchema(released), current: buildSchema(current), changelog });
  expect(found, 'Take the change back, or name it in CHANGELOG.md (docs/schema-changes.md).').toEqual([]);
});

test('nor does the subgraph break a supergraph', async () => {
  const found = (sdl: string) =>
    unannouncedBreaks({ released: subgraphOf(releasedSubgraph), current: subgraphOf(sdl), changelog });
  expect(await found(subgraph), 'Take the change back, or name it in CHANGELOG.md (docs/schema-changes.md).').toEqual(
    [],
  );
  // A field can leave the supergraph although the service still has it.
  expect(await found(subgraph.replace(/^ {2}me: User$/m, '  self: User'))).toEqual([
    expect.stringMatching(/^`Query\.me`: /),
  ]);
});

test('the released schema is that of the newest release in the changelog', () => {
  expect(releaseOf(released)).toBe(newestRelease(changelog));
  expect(releaseOf(releasedSubgraph)).toBe(newestRelease(changelog));
  expect([newestRelease('## [Unreleased]\n## [1.2.0] - 2027\n## [1.1.0]'), newestRelease('## [Unreleased]')]).toEqual([
    '1.2.0',
    'none',
  ]);
});

test('every deprecation says what to use instead, and until when the old part stays', () => {
  expect(poorDeprecations(buildSchema(current))).toEqual([]);
});

describe('a developer who', () => {
  const before =
    'type Query { user(id: ID): User } type User { id: ID! email: String role: Role } enum Role { USER ADMIN }';

  test.each([
    ['removes a field', before.replace('email: String', ''), '`User.email`'],
    ['removes a value of an enum', before.replace('ADMIN', ''), '`Role.ADMIN`'],
    ['lets a field be null', before.replace('id: ID! ', 'id: ID '), '`User.id`'],
    ['requires an argument', before.replace('(id: ID)', '(id: ID!)'), '`Query.user.id`'],
    ['removes an argument', before.replace('(id: ID)', ''), '`Query.user.id`'],
  ])('%s, is stopped until the changelog names it', async (_what, after, name) => {
    const found = await breaks(before, after);
    expect(found).toEqual([expect.stringContaining(`${name}: `)]);
    expect(await breaks(before, after, `- ${name} is different.\n`)).toHaveLength(1);
    expect(await breaks(before, after, `- **Breaking:** ${name} is different.\n`)).toEqual([]);
  });

  test.each([
    ['adds a field', before.replace('email: String', 'email: String age: Int')],
    ['adds a value of an enum', before.replace('ADMIN', 'ADMIN SUPPORT')],
    ['adds an argument that may be left out', before.replace('(id: ID)', '(id: ID, name: String)')],
    [
      'deprecates a field',
      before.replace('email: String', 'email: String @deprecated(reason: "Use `id`. Stays until 2027-06-30.")'),
    ],
  ])('%s, may go on', async (_what, after) => {
    expect(await breaks(before, after)).toEqual([]);
    expect(poorDeprecations(buildSchema(after))).toEqual([]);
  });

  test('deprecates a part without a date, or without saying what to use, is told where', () => {
    const poor = `type Query { a(b: Int @deprecated(reason: "Use c."), c: Int): Int @deprecated d: Role }
      enum Role { OLD @deprecated(reason: "Stays until 2027-06-30.") NEW }
      input Old { e: Int @deprecated(reason: "no") f: Int }
      type Late { g: Int @deprecated(reason: "Use h. Stays until 2027-02-30.") h: Int @deprecated(reason: "Use i. Stays until 2027-13-01.") i: Int }`;
    expect(poorDeprecations(buildSchema(poor)).sort()).toEqual([
      'Late.g',
      'Late.h',
      'Old.e',
      'Query.a',
      'Query.a.b',
      'Role.OLD',
    ]);
  });
});
