import { buildWhenNeeded } from './build.js';

buildWhenNeeded();

// npm and its shell end at a SIGTERM without passing it on. Whoever stops them means the service.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    // Once: a second signal ends the service at once, with texts under way.
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
await import('../dist/main.js');
