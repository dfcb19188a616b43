import type { PatroniNode } from './patroni.js';
import type { Part, Parts } from './parts.js';
import { freePort } from './ports.js';
import { programs } from './programs.js';
import type { ServiceProcess } from './service-process.js';

export interface HaproxyPart {
  readonly port: number;
  readonly part: Part;
}

/** Sends connections to PostgreSQL to the primary, as docs/scaling.md says. */
export function haproxyForPrimary(parts: Parts, nodes: readonly PatroniNode[]): Promise<HaproxyPart> {
  return start(parts, (port) => [
    'defaults',
    '  mode tcp',
    '  timeout connect 1s',
    '  timeout client 1h',
    '  timeout server 1h',
    '  timeout check 1s',
    'listen primary',
    `  bind 127.0.0.1:${port}`,
    '  option httpchk GET /primary',
    '  http-check expect status 200',
    '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
    ...nodes.map((node) => `  server ${node.name} 127.0.0.1:${node.port} check port ${node.restPort}`),
  ]);
}

/** Sends requests to all processes of the service that are ready, as docs/scaling.md says. */
export function haproxyForServices(parts: Parts, services: readonly ServiceProcess[]): Promise<HaproxyPart> {
  return start(parts, (port) => [
    'defaults',
    '  mode http',
    '  timeout connect 1s',
    '  timeout client 60s',
    '  timeout server 60s',
    '  timeout check 1s',
    '  option redispatch 1',
    '  retries 3',
    '  retry-on conn-failure',
    'listen accounts',
    `  bind 127.0.0.1:${port}`,
    '  option httpchk GET /readyz',
    '  http-check expect status 200',
    '  default-server inter 500ms fall 1 rise 1',
    ...services.map((service) => `  server ${service.name} 127.0.0.1:${service.port} check`),
  ]);
}

async function start(parts: Parts, lines: (port: number) => string[]): Promise<HaproxyPart> {
  const { haproxy } = programs('haproxy');
  const port = await freePort();
  const settings = parts.file(`haproxy-${port}.cfg`, `${['global', '  maxconn 1000', ...lines(port)].join('\n')}\n`);
  return { port, part: parts.start({ name: 'haproxy', program: haproxy, args: ['-db', '-f', settings] }) };
}
