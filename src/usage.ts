import { CommandError } from './platform/startup-error.js';

/** Whether somebody asked for help. Then the usage is printed. What stands behind `--` is no option. */
export function printsHelp(usage: string, args: readonly string[] = process.argv.slice(2)): boolean {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const asked = options.some((each) => each === '--help' || each === '-h');
  if (asked) process.stdout.write(`${usage}\n`);
  return asked;
}

/** For a command that takes nothing. @throws CommandError that shows the usage */
export function requireNoArguments(usage: string): void {
  if (process.argv.length > 2) throw new CommandError(`this command takes no arguments and no options.\n${usage}`);
}
