import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LICENSE = /^(licen[cs]e|copying|notice)/i;

/** The file of them, beside the build. */
export const LICENSES_FILE = 'LICENSES-OF-PACKAGES.txt';

/** Of all packages that are in the build or beside it: licences ask to come along with each copy. */
export function licensesOfPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const installed = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional, link }]) =>
      path.startsWith('node_modules/') && !dev && !optional && !devOptional && !link && existsSync(join(root, path)),
  );
  const texts = installed.map(([path, { version, license = 'see below' }]) => {
    const files = readdirSync(join(root, path)).filter((name) => LICENSE.test(name));
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [
      `${name} ${version} (${license})`,
      ...files.map((file) => readFileSync(join(root, path, file), 'utf8').trim()),
    ];
  });
  return `${texts.map((lines) => lines.join('\n\n')).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
