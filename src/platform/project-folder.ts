import { existsSync } from 'node:fs';

/**
 * The folder with `drizzle/`, `assets/` and `docs/`, as a URL that ends with a slash. This file runs from `src/` and, as
 * a part of a bundle, from `dist/`, at different depths.
 */
export const projectFolder = folderOf('package.json', new URL('.', import.meta.url));

function folderOf(name: string, folder: URL): URL {
  if (existsSync(new URL(name, folder))) return folder;
  const above = new URL('..', folder);
  if (above.href === folder.href) throw new Error(`There is no ${name} above ${import.meta.url}.`);
  return folderOf(name, above);
}
