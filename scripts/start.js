import { buildWhenNeeded } from './build.js';

buildWhenNeeded();

// npm and its shell end at a SIGTERM without passing it on. Whoever stops them means the service.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
await import('../dist/main.js');
