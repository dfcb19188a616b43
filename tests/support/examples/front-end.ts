import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { outputIntrospectionFile } from '@gql.tada/internal';
import { generate } from '@graphql-codegen/cli';
import { build } from 'esbuild';
import { buildSchema, introspectionFromSchema } from 'graphql';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCHEMA = join(ROOT, 'schema.graphql');
/** For modules that exist on phones only. */
const STAND_INS = { 'expo-secure-store': ['./src/__generated__/expo-secure-store.ts'] };
const FIXTURES = join(ROOT, 'tests/guides/fixtures');

/** A project of a front end in a folder of its own, which a reader of the guides has put their code into. */
export class FrontEnd {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param files of its folder `src` by name; `codegen.ts` lies beside that */
  static async make(files: ReadonlyMap<string, string>): Promise<FrontEnd> {
    const frontEnd = new FrontEnd(await mkdtemp(join(tmpdir(), 'phone-accounts-front-end-')));
    await frontEnd.#write(files);
    return frontEnd;
  }

  async #write(files: ReadonlyMap<string, string>): Promise<void> {
    const folder = this.#folder;
    await mkdir(join(folder, 'src'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        lib: ['ES2023', 'DOM'],
        incremental: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
        paths: STAND_INS,
      },
      include: ['src'],
      exclude: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [name, code] of files) await writeFile(join(folder, name === 'codegen.ts' ? name : `src/${name}`), code);
  }

  /** What `npx graphql-codegen`, `npx gql.tada generate-output` and `npx relay-compiler` do. */
  async generate(codegen: string): Promise<void> {
    const sdl = await readFile(SCHEMA, 'utf8');
    const { default: config } = await import(`data:text/javascript,${encodeURIComponent(codegen)}`);
    const files = await generate({ ...config, schema: sdl, cwd: this.#folder, silent: true }, false);
    for (const { filename, content } of files) {
      await mkdir(join(this.#folder, 'src/gql'), { recursive: true });
      await writeFile(join(this.#folder, filename.replace(`${this.#folder}/`, '')), content);
    }
    const introspection = introspectionFromSchema(buildSchema(sdl));
    const types = outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true });
    await writeFile(join(this.#folder, 'src/graphql-env.d.ts'), types);
    await cp(FIXTURES, join(this.#folder, 'src/__generated__'), { recursive: true });
  }

  /** What a strict compiler says. */
  async compile(): Promise<string> {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiling = run(process.execPath, [compiler, '--singleThreaded', '-p', this.#folder, '--pretty', 'false'], {
      cwd: this.#folder,
    });
    const { stdout } = await compiling.catch((error: { stdout: string }) => error);
    return stdout;
  }

  /** What a file prints. A bundler puts it together, as for a front end. */
  async print(file: string): Promise<string> {
    const outfile = join(this.#folder, 'out', file.replace('.ts', '.mjs'));
    const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    await build({
      absWorkingDir: this.#folder,
      entryPoints: [`src/${file}`],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      tsconfigRaw: { compilerOptions: { paths: STAND_INS } },
      banner: { js: banner },
    });
    const { stdout } = await run(process.execPath, [outfile]);
    return stdout;
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
