import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/** What GitHub runs: the same checks as a contributor, and releases, with as few rights as that needs. */

type Permissions = Readonly<Record<string, 'read' | 'write'>>;

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Permissions;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
}

interface Workflow {
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
/** GitHub's own parser. It imports JSON as only bundlers take it. */
const { outputFiles } = await build({
  stdin: { contents: "export * from '@actions/workflow-parser'", resolveDir: fileURLToPath(root) },
  bundle: true,
  format: 'esm',
  // Otherwise it would ask for modules of Node by `require`.
  platform: 'browser',
  write: false,
});
const bundle = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`;
const { NoOperationTraceWriter, parseWorkflow }: typeof import('@actions/workflow-parser') = await import(bundle);

const FOLDER = '.github/workflows/';
const files = readdirSync(new URL(FOLDER, root)).map((name) => FOLDER + name);
const workflows = files.map((path) => ({ path, workflow: parse(read(path)) as Workflow }));
const jobs = workflows.flatMap(({ path, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${path} ${name}`, job })),
);
const errorsOf = (name: string, content: string) =>
  parseWorkflow({ name, content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

test.each(files)('GitHub reads %s as it is meant', (path) => {
  expect(errorsOf(path, read(path))).toEqual([]);
  expect(errorsOf(path, read(path).replace('runs-on:', 'run-on:'))).not.toEqual([]);
});

test('an action that is changed behind its tag is not run: each is named by its commit', () => {
  const used = files.flatMap((path) => [...read(path).matchAll(/uses: (.+)$/gm)].map(([, name = '']) => name));
  const ofOthers = used.filter((name) => !name.startsWith('./.github/workflows/'));
  expect(ofOthers.length).toBeGreaterThan(5);
  expect(ofOthers.filter((name) => !/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(name))).toEqual([]);
});

test('code of a package or a pull request writes nothing: a job that may write takes files, and runs none of them', () => {
  for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' });
  const writing = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes('write'));
  expect(writing.map(({ name }) => name)).toEqual(['.github/workflows/release.yml draft']);
  const steps = writing.flatMap(({ job }) => job.steps ?? []);
  expect(
    steps.filter(({ uses, run }) => uses?.includes('/checkout@') || /\bnp[mx]\b|\bnode\b/.test(run ?? '')),
  ).toEqual([]);
  expect(files.filter((path) => /pull_request_target|secrets\./.test(read(path)))).toEqual([]);
});

test('a step fails where the first program of a pipe fails, which GitHub sees by itself only with a shell that is named', () => {
  const scripts = jobs.flatMap(({ job }) => job.steps ?? []).flatMap(({ run }) => run ?? []);
  const piped = scripts.filter((run) => / \| /.test(run));
  expect(piped.length).toBeGreaterThan(0);
  expect(piped.filter((run) => !run.includes('set -o pipefail\n'))).toEqual([]);
});

test('a job that hangs ends, and text of strangers is not put into a script', () => {
  expect(jobs.filter(({ job }) => !job.uses && !job['timeout-minutes']).map(({ name }) => name)).toEqual([]);
  const scripts = jobs.flatMap(({ job }) => job.steps ?? []).flatMap(({ run }) => run ?? []);
  expect(scripts.filter((run) => run.includes('${{'))).toEqual([]);
});

test('CI runs .ci/run with the oldest Node.js of each range that package.json promises', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const ci = workflows.find(({ path }) => path.endsWith('/ci.yml'))?.workflow.jobs['test'];
  expect(ci?.strategy?.matrix.node).toEqual(engines.node.split(' || ').map((range) => range.replace(/^\D+/, '')));
  expect(ci?.steps?.map(({ run }) => run)).toContain('bash .ci/run');
});

test('updates are looked for in every lock file, in workflows, and in the images of Dockerfile and compose.yaml', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: readonly { 'package-ecosystem': string; directory: string }[];
  };
  const looked = updates.map((update) => `${update['package-ecosystem']} ${update.directory}`);
  expect(looked).toEqual(['npm /', 'npm /examples/nextjs', 'github-actions /', 'docker /', 'docker-compose /']);
  const locked = ['', ...readdirSync(new URL('examples/', root)).map((name) => `examples/${name}`)].filter((folder) =>
    existsSync(new URL(`${folder ? `${folder}/` : ''}package-lock.json`, root)),
  );
  expect(locked.map((folder) => `npm /${folder}`)).toEqual(looked.filter((each) => each.startsWith('npm ')));
});
