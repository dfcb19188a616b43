import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A server of bench/peers. On first use, its packages are installed into its own folder.
 * @returns null where they cannot be installed, for want of a network, say
 */
export async function peer(name) {
  const folder = fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
  if (!existsSync(folder)) throw new Error(`There is no bench/peers/${name}.`);
  if (!existsSync(`${folder}/node_modules`)) {
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', ['ci', ...flags, '--prefix', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) {
      process.stderr.write(`The packages of ${name} could not be installed. The run goes on without it.\n`);
      return null;
    }
  }
  return (await import(`../peers/${name}/adapter.js`)).default;
}
