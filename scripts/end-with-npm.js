/**
 * npm and its shell end at a SIGTERM without passing it on. So a process that npm has started gets the signal when its
 * parent process has ended. Import this first: a parent that has ended before is not noticed.
 */
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    // Send the signal once. A second signal would end the service at once, while it still sends texts.
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
