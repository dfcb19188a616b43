import { performance } from 'node:perf_hooks';

/**
 * Runs inside the fuzzed service (`node --import`), and tells its parent process how long the service has worked so far:
 * milliseconds of its event loop, and of processor time of all its threads.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ loop: performance.eventLoopUtilization().active, processor: (user + system) / 1000 });
});
// The channel does not keep the service from ending.
process.channel?.unref();
// A fuzzer that is killed leaves no service behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
