import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { projectFolder } from '../platform/project-folder.js';

const ASSETS = new URL('assets/', projectFolder);
const DOCS = new URL('docs/', projectFolder);
/** Files beside `docs/` that documents link to, and that the package has. */
const BESIDE_DOCS = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'schema.graphql'] as const;
/** A file in `docs/` or in a folder of it. No such name leads out of it. */
const PAGE = /^(?:[a-z\d-]+\/)?[a-zA-Z\d-]+\.(?:md|sql|png|svg)$/;

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  sql: 'text/plain; charset=utf-8',
  graphql: 'text/plain; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
} as const;

/** Address and file of each part of the pages, below `assets/`. */
const FILES = {
  '/': 'start/index.html',
  '/start/start.css': 'start/start.css',
  '/start/start.js': 'start/start.js',
  '/graphiql': 'graphiql/index.html',
  '/graphiql/explorer.css': 'graphiql/explorer.css',
  '/graphiql/explorer.js': 'graphiql/explorer.js',
} as const;

/**
 * Address, package and file of the parts that come from packages. They are development dependencies, so an installation
 * without these has no GraphiQL.
 */
const PACKAGE_FILES = {
  '/graphiql/graphiql.css': ['graphiql', 'graphiql.min.css'],
  '/graphiql/graphiql.js': ['graphiql', 'graphiql.min.js'],
  '/graphiql/react.js': ['react', 'umd/react.production.min.js'],
  '/graphiql/react-dom.js': ['react-dom', 'umd/react-dom.production.min.js'],
} as const;

/** The pages load our own files only, so they work without the internet. GraphiQL has its fonts in its style sheet. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A picture loads nothing. Its colours stand in it. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** GET / says where everything is, and GET /graphiql is a GraphQL explorer. Only for development. */
export function addDevelopmentPages(server: FastifyInstance): void {
  const config = { cors: false } as const;
  for (const [url, file] of Object.entries(FILES)) {
    server.get(url, { config }, (_request, reply) => send(reply, new URL(file, ASSETS)));
  }
  for (const [url, [name, file]] of Object.entries(PACKAGE_FILES)) {
    server.get(url, { config }, (_request, reply) => {
      const folder = folderOf(name);
      return folder ? send(reply, new URL(file, folder)) : nothing(reply);
    });
  }
  for (const name of BESIDE_DOCS) {
    server.get(`/${name}`, { config }, (_request, reply) => send(reply, new URL(name, projectFolder)));
  }
  server.get<{ Params: { '*': string } }>('/docs/*', { config }, (request, reply) => {
    const page = request.params['*'];
    return PAGE.test(page) ? send(reply, new URL(page, DOCS)) : nothing(reply);
  });
}

/** Where a package is installed. Null: it is not. */
function folderOf(name: string): URL | null {
  try {
    return new URL('.', pathToFileURL(createRequire(import.meta.url).resolve(`${name}/package.json`)));
  } catch {
    return null;
  }
}

/** Reads the file for each request, so that changes to the pages show after a reload. */
async function send(reply: FastifyReply, file: URL): Promise<FastifyReply> {
  const content = await readFile(file).catch(() => null);
  if (content === null) return nothing(reply);
  const ending = file.pathname.slice(file.pathname.lastIndexOf('.') + 1);
  return reply
    .headers(ending === 'svg' ? { ...HEADERS, 'content-security-policy': PICTURE_POLICY } : HEADERS)
    .type(TYPES[ending as keyof typeof TYPES])
    .send(content);
}

function nothing(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
