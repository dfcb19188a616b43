import { printsHelp } from '../usage.js';
import { type StartUp, startUp } from '../start-up.js';

/**
 * Runs a command of operators. With `--help` it prints its usage and ends with exit code 0. It reads no setting for that and
 * looks at nothing else that was typed.
 */
export async function runCommand(usage: string, work: (start: StartUp) => Promise<void>): Promise<void> {
  if (!printsHelp(usage)) await startUp(work);
}
