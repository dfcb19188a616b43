import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** flow.ts as it is, and once without each outcome that it handles, in the eyes of a strict compiler. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const flow = readFileSync(join(root, 'tests/typed-client/flow.ts'), 'utf8');
const clauses = [...flow.matchAll(/ {4}case '(\w+)':\n {6}return .*;\n/g)].map(({ 0: text, 1: outcome, index }) => ({
  outcome,
  file: `without-${outcome}-${index}.ts`,
  rest: flow.slice(0, index) + flow.slice(index + text.length),
}));
const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-client-'));
let errors: readonly string[];

beforeAll(() => {
  cpSync(join(root, 'tests/typed-client'), folder, { recursive: true });
  for (const { file, rest } of clauses) writeFileSync(join(folder, file), rest);
  const config = { extends: join(root, 'tsconfig.json'), include: ['*.ts'], exclude: ['*.test.ts', 'codegen.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '--singleThreaded', '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  errors = stdout.split('\n').filter((line) => line !== '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a typed client that handles every outcome compiles', () => {
  expect(errors.filter((line) => line.includes('.ts(') && !line.startsWith('without-'))).toEqual([]);
  expect(clauses.length).toBe(flow.split("case '").length - 1);
});

it.each(clauses)('a typed client that forgets $outcome does not compile ($file)', ({ outcome, file }) => {
  const found = errors.filter((line) => line.startsWith(file));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/error TS2345: .* is not assignable to parameter of type 'never'/);
  expect(found[0]).toContain(`__typename: "${outcome}"`);
});
