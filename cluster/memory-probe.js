/**
 * Loaded into a service process by cluster/service-process.ts. Asked over its channel, the process answers with its memory
 * after a full garbage collection.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

process.on('message', () => {
  collectGarbage();
  process.send(process.memoryUsage());
});
// Otherwise the channel would keep a process alive that has stopped.
process.channel.unref();
