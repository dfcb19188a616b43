import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { projectFolder } from '../../platform/project-folder.js';

const ASSETS = new URL('assets/admin/', projectFolder);
const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** The page loads only our files, never turns text into markup, and no page frames it. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  // Kept, but asked about each time: pages of two versions never mix.
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
} as const;

/** Turns the CORS plugin off: no other origin needs these files. */
const config = { cors: false } as const;

interface ConsoleFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

/**
 * GET /admin: the console of administrators. Its files are open to everyone, and hold nothing: all that it shows comes from
 * /graphql, where the role of the session is judged.
 */
export async function addConsole(server: FastifyInstance, { production }: { production: boolean }): Promise<void> {
  const names = await readdir(ASSETS);
  // Kept in memory: reading files waits for the threads that also hash passwords. In development, changes show at once.
  const kept = new Map(
    production ? await Promise.all(names.map(async (name) => [name, await load(name)] as const)) : [],
  );
  const send = async (name: string, request: FastifyRequest, reply: FastifyReply) => {
    const { type, content, etag } = kept.get(name) ?? (await load(name));
    void reply.headers({ ...HEADERS, etag });
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(content);
  };
  server.get('/admin', { config }, (request, reply) => send('index.html', request, reply));
  // Addresses in the page are relative, so that it works below the path of PUBLIC_URL, too.
  server.get('/admin/', { config }, (_request, reply) => reply.headers(HEADERS).redirect('../admin', 308));
  for (const name of names) {
    if (name !== 'index.html') server.get(`/admin/${name}`, { config }, (request, reply) => send(name, request, reply));
  }
}

async function load(name: string): Promise<ConsoleFile> {
  const content = await readFile(new URL(name, ASSETS));
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES];
  return { type, content, etag: `"${createHash('sha256').update(content).digest('base64url')}"` };
}
