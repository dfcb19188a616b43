import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

/** Compiles client/ to modules with their types, as `npm pack -w client` packs them. */
export function buildClient() {
  rmSync(new URL('../client/dist', import.meta.url), { recursive: true, force: true });
  execFileSync(process.execPath, [compiler, '-p', 'client/tsconfig.json'], { cwd: root, stdio: 'inherit' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildClient();
