import { createLogger } from './platform/logger.js';

/** Who reads what a process prints when it fails: a person at a terminal, or a collector of logs. */
export type Audience = 'person' | 'machine';

/** Tells on standard error why a process does not start, or stops. To a machine in one line of JSON. */
export function tellFailure(message: string, audience: Audience): void {
  const write = (line: string) => void process.stderr.write(line);
  if (audience === 'person') write(`${message}\n`);
  else createLogger('fatal', { write }).fatal(message);
}
