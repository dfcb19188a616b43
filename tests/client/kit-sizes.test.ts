import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const source = (path: string) => fileURLToPath(new URL(`../../client/src/${path}.ts`, import.meta.url));
/** What an application has anyway. */
const external = ['react', '@apollo/client', 'rxjs', '@urql/core', 'wonka'];

/** Bytes that an application downloads for these names, minified and compressed, without the core. */
async function sizeOf(path: string, names: string): Promise<number> {
  const stdin = {
    contents: `export { ${names} } from '${source(path)}';`,
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
  };
  const core = { name: 'core', setup: coreIsThere };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    external,
    plugins: [core],
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}

/** Modules of the core, which is in every application. */
function coreIsThere({
  onResolve,
}: Parameters<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>[0]): void {
  onResolve({ filter: /\/(accounts-error|documents|sign-in)\.js$/ }, ({ path }) => ({ path, external: true }));
}

test.each([
  ['react', 'useSession, useOtp', 450],
  ['react', 'usePasskeys', 680],
  // With @simplewebauthn/browser.
  ['passkeys', 'createPasskeys', 4300],
  ['apollo', 'accountsLink, possibleTypes, typePolicies', 1700],
  ['apollo', 'accountsLink', 750],
  ['urql', 'accountsExchange, possibleTypes, keys', 2100],
  ['urql', 'accountsExchange', 1000],
  ['messages', 'messageFor, messagesByField', 900],
  ['messages/ne', 'ne', 1700],
])('/%s costs an application that takes %s at most %i bytes', async (path, names, most) => {
  expect(await sizeOf(path, names)).toBeLessThanOrEqual(most);
});
