import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../client/', import.meta.url));

test('createAccounts is at most 6.3 kB, minified and compressed', async () => {
  const stdin = { contents: "export { createAccounts } from './src/index.ts'", resolveDir: folder };
  const settings = { bundle: true, minify: true, format: 'esm', target: 'es2022', write: false } as const;
  const { outputFiles } = await build({ stdin, ...settings });
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength;
  expect(size).toBeGreaterThan(4_000);
  expect(size).toBeLessThanOrEqual(6_300);
});

test('an application installs nothing with the package', () => {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  expect(manifest).not.toHaveProperty('dependencies');
  // No script runs when it is installed.
  expect(manifest.scripts).toEqual({ prepack: 'node ../scripts/build-client.js' });
});
