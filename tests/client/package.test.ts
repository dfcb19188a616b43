import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../client/', import.meta.url));

test('createAccounts is at most 6 kB (of 1,024 bytes), minified and compressed', async () => {
  const stdin = { contents: "export { createAccounts } from './src/index.ts'", resolveDir: folder };
  // The lease for browsers without Web Locks is a part that others never load.
  const parts = { bundle: true, splitting: true, outdir: 'parts', write: false } as const;
  const { outputFiles } = await build({ stdin, ...parts, minify: true, format: 'esm', target: 'es2022' });
  const loaded = outputFiles.filter(({ path }) => !path.includes('leased'));
  expect(outputFiles.length - loaded.length).toBe(1);
  const size = loaded.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength, 0);
  expect(size).toBeGreaterThan(4_000);
  expect(size).toBeLessThanOrEqual(6 * 1_024);
});

test('an application installs nothing with the package', () => {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  expect(manifest).not.toHaveProperty('dependencies');
  // No script runs when it is installed.
  expect(manifest.scripts).toEqual({ prepack: 'node ../scripts/build-client.js' });
});
