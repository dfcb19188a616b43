import { buildWhenNeeded } from './build.js';

buildWhenNeeded();

// npm and its shell end at a SIGTERM without passing it on. So the service stops when its parent process has ended.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    // Send the signal once. A second signal would end the service at once, while it still sends texts.
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
await import('../dist/main.js');
