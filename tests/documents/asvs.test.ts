import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dictionary } from '@zxcvbn-ts/language-common';
import { buildSchema, getNamedType, isInputObjectType, isObjectType, isUnionType } from 'graphql';
import { expect, it, test } from 'vitest';
import { auditKinds } from '../../src/audit/audit-event.table.js';
import { readConfig } from '../../src/config/config.js';
import { passwordLengths } from '../../src/users/password-policy.js';
import { asvsLevels } from '../support/asvs-levels.js';

/** docs/security: every requirement of the standard has an answer, and what the pages claim is there. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const schema = buildSchema(read('schema.graphql'));
const page = read('docs/security/asvs.md');

const VERDICTS = ['met', 'setting', 'partly', 'not met', 'yours', 'not here'];
const SHORTEST_REASON = 15;

interface Answer {
  readonly number: string;
  readonly level: string;
  readonly verdict: string;
  readonly evidence: string;
}

const answers: readonly Answer[] = [...page.matchAll(/^\| ([\d.]+) \| (\d) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, number = '', level = '', verdict = '', evidence = '']) => ({ number, level, verdict, evidence }),
);

/** The files that an answer names, with the tests that it quotes of each. */
function testsOf({ evidence }: Pick<Answer, 'evidence'>): { file: string; name: string | null }[] {
  let file = '';
  return [...evidence.matchAll(/`(tests\/[^`]+)`|“([^”]+)”/g)].map(([, named, name = null]) => {
    file = named ?? file;
    return { file, name };
  });
}

function isThere({ file, name }: { file: string; name: string | null }): boolean {
  if (!existsSync(join(root, file))) return false;
  return (
    name === null || ["'", '"', '`'].some((mark) => read(file).includes(`(${mark}${name}${mark}`) || isAlone(mark))
  );

  /** The name of a test with a table stands in a line of its own. */
  function isAlone(mark: string): boolean {
    return read(file)
      .split('\n')
      .some((line) => line.trim().startsWith(`${mark}${name}${mark},`));
  }
}

test('docs/security/asvs.md answers every requirement of its chapters, with its level, in order', () => {
  const expected = Object.entries(asvsLevels).flatMap(([section, levels]) =>
    [...levels].map((level, index) => `${section}.${index + 1} L${level}`),
  );
  expect(expected.length).toBe(92);
  expect(answers.map(({ number, level }) => `${number} L${level}`)).toEqual(expected);
});

it.each(answers)('$number: the tests that it names are there, and what is not met has a reason', (answer) => {
  const named = testsOf(answer);
  expect(VERDICTS).toContain(answer.verdict);
  expect(named.filter((each) => !isThere(each))).toEqual([]);
  if (answer.verdict === 'met') expect(named.filter(({ name }) => name !== null).length).toBeGreaterThan(0);
  const reason = answer.evidence.replaceAll(/`tests\/[^`]+`|“[^”]+”/g, '');
  if (answer.verdict !== 'met') expect(reason.length).toBeGreaterThanOrEqual(SHORTEST_REASON);
});

it.each(['docs/security/threat-model.md', 'docs/security/asvs.md'])('the tests that %s quotes are there', (path) => {
  const named = read(path)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((evidence) => testsOf({ evidence }));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ name }) => name !== null).filter((each) => !isThere(each))).toEqual([]);
});

test('its summary counts right', () => {
  const rows = [...page.matchAll(/^\| ([a-z ]+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)];
  const shown = rows.map(([, verdict, ...counts]) => [verdict, ...counts.slice(0, 3).map(Number)]);
  const counted = VERDICTS.map((verdict) => [
    verdict,
    ...['1', '2', '3'].map(
      (level) => answers.filter((each) => each.verdict === verdict && each.level === level).length,
    ),
  ]);
  expect(shown).toEqual(counted);
});

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

test('docs/security/ways-in.md has every call that gives tokens', () => {
  const giving = mutations.filter(({ type }) => {
    const result = getNamedType(type);
    const members = isUnionType(result) ? result.getTypes() : [result];
    return members.some((member) => isObjectType(member) && 'tokens' in member.getFields());
  });
  const section = /^## Ways that give tokens\n(.*?)^No other call/ms.exec(read('docs/security/ways-in.md'))?.[1] ?? '';
  const shown = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(shown.sort()).toEqual(giving.map(({ name }) => name).sort());
});

test('the schema has no hints and no secret questions, and only owners set passwords', () => {
  const names = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [],
  );
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => /hint|question|secretAnswer/i.test(name))).toEqual([]);
  const taking = mutations.filter(({ args }) =>
    args.some(({ name, type }) => {
      const input = getNamedType(type);
      const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [name];
      return fields.some((field) => /password/i.test(field));
    }),
  );
  const owners = ['changePassword', 'continueSignIn', 'login', 'reauthenticate', 'register', 'resetPassword'];
  expect(taking.map(({ name }) => name).sort()).toEqual(owners);
});

test('the pages say what the source has: passwords, sessions, events', () => {
  const reading = readConfig({});
  if (reading.kind !== 'config') throw new Error('The defaults are no configuration.');
  const { sessions, accessTokenTtl, auditRetention } = reading.config;
  const [waysIn, logs, lives] = ['security/ways-in', 'security/logs', 'sessions'].map((name) =>
    read(`docs/${name}.md`),
  );
  const common = dictionary['passwords-common'].filter((word) => word.length >= passwordLengths.minimumLength).length;
  expect(waysIn).toContain(`the ${common.toLocaleString('en')} most common passwords`);
  expect(waysIn).toContain(`${passwordLengths.minimumLength} to ${passwordLengths.maximumLength} characters`);
  for (const word of ['username', 'email address', 'phone number', 'country', '`SERVICE_NAME`', '`PASSWORD_WORDS`']) {
    expect(waysIn).toContain(word);
  }
  expect(lives).toContain(`| without a refresh | ${sessions.refreshTokenTtl / 86_400} days | \`REFRESH_TOKEN_TTL\` |`);
  expect(lives).toContain(`| in any case | ${sessions.maxAge / 86_400} days | \`SESSION_MAX_AGE\` |`);
  expect(lives).toContain(`| an access token | ${accessTokenTtl / 60} minutes | \`ACCESS_TOKEN_TTL\` |`);
  expect(lives).toContain(`| sessions of one account | ${sessions.mostPerUser}; `);
  expect(logs).toContain(`\`AUDIT_RETENTION\`, ${auditRetention} days`);
  expect(auditKinds.filter((kind) => !logs?.includes(`\`${kind}\``))).toEqual([]);
});
