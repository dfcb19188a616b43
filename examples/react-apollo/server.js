import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Bundles the application once, and serves it. Vite, webpack and others do the same.
const port = Number(process.env.PORT ?? 3000);
const accounts = process.env.ACCOUNTS_URL ?? 'http://localhost:4000';
const folder = fileURLToPath(new URL('.', import.meta.url));

const { outputFiles } = await build({
  absWorkingDir: folder,
  entryPoints: ['src/main.tsx'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  tsconfigRaw: {},
  define: { 'process.env.NODE_ENV': '"production"', ACCOUNTS_URL: JSON.stringify(`${accounts}/graphql`) },
});
const TYPES = { css: 'text/css', js: 'text/javascript' };
const files = new Map(
  outputFiles.map(({ path, contents }) => [path.slice(`${folder}dist`.length).replaceAll('\\', '/'), contents]),
);

const server = createServer(async (request, response) => {
  const file = files.get(request.url ?? '');
  if (file) return response.setHeader('content-type', TYPES[request.url.split('.').at(-1)]).end(file);
  if (request.url !== '/') return response.writeHead(404).end();
  response.setHeader('content-type', 'text/html').end(await readFile(`${folder}index.html`));
});

server.listen(port, 'localhost', () => process.stdout.write(`The example: http://localhost:${port}\n`));
