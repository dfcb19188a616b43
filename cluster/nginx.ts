import type { Part, Parts } from './parts.js';
import { freePort } from './ports.js';
import { programs } from './programs.js';
import type { ServiceProcess } from './service-process.js';

/** Sends requests to all processes of the service, as docs/scaling.md says. nginx does not ask /readyz. */
export async function nginxForServices(
  parts: Parts,
  services: readonly ServiceProcess[],
): Promise<{ port: number; part: Part }> {
  const { nginx } = programs('nginx');
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  const settings = [
    'pid nginx.pid; error_log stderr error; daemon off;',
    'events { worker_connections 512; }',
    `http { access_log off; ${temporary.join(' ')}`,
    'upstream accounts {',
    ...services.map((service) => `  server 127.0.0.1:${service.port} max_fails=1 fail_timeout=2s;`),
    '  keepalive 32;',
    '}',
    `server { listen 127.0.0.1:${port}; location / {`,
    '  proxy_pass http://accounts;',
    '  proxy_http_version 1.1;',
    '  proxy_set_header Connection "";',
    '  proxy_connect_timeout 1s;',
    '  proxy_next_upstream error timeout;',
    '} } }',
  ];
  const file = parts.file('nginx.conf', `${settings.join('\n')}\n`);
  const args = ['-p', parts.folder, '-c', file, '-e', 'stderr'];
  return { port, part: parts.start({ name: 'nginx', program: nginx, args }) };
}
