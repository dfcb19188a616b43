import { loadavg } from 'node:os';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Parts } from './parts.js';
import { MissingPrograms } from './programs.js';

/** What a script prints, line by line, with the seconds since its start. */
export function say(text: string): void {
  const seconds = performance.now() / 1000;
  process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${text}\n`);
}

/** Numbers, switches and texts from the command line: `--kills=3 --hosts --json FILE`. */
export function optionsFrom<Name extends string, Switch extends string = never, Text extends string = never>(
  standards: Readonly<Record<Name, number>>,
  switches: readonly Switch[] = [],
  texts: readonly Text[] = [],
): Record<Name, number> & Record<Switch, boolean> & Record<Text, string | undefined> {
  const names = Object.keys(standards) as Name[];
  const numbers = names.map((name) => [name, { type: 'string' as const, default: String(standards[name]) }]);
  const flags = switches.map((name) => [name, { type: 'boolean' as const, default: false }]);
  const words = texts.map((name) => [name, { type: 'string' as const }]);
  try {
    const options: ParseArgsConfig['options'] = Object.fromEntries([...numbers, ...flags, ...words]);
    const values: Record<string, unknown> = parseArgs({ options }).values;
    const wrong = names.find((name) => !(Number(values[name]) > 0));
    if (wrong !== undefined) throw new Error(`--${wrong} takes a number above 0`);
    const read = names.map((name) => [name, Number(values[name])]);
    return { ...values, ...Object.fromEntries(read) } as ReturnType<typeof optionsFrom<Name, Switch, Text>>;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}

/** Load of the machine, because other programs make all figures worse. */
export function loadOfMachine(): string {
  return `load of the machine ${loadavg()[0]?.toFixed(1)}`;
}

/**
 * Runs a script: all programs end with it, also at Ctrl-C and after an error. The exit code is 0 if the work returns
 * true.
 */
export async function run(work: (parts: Parts) => Promise<boolean>): Promise<void> {
  const parts = new Parts();
  let ending: Promise<void> | null = null;
  const end = () => {
    ending ??= parts.end();
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending === null) say('stopping all programs …');
      void end().then(() => process.exit(130));
    });
  }
  let met = false;
  try {
    met = await work(parts);
  } catch (error) {
    if (ending === null) process.stderr.write(`${explained(error)}\n`);
  }
  const wasTold = ending !== null;
  await end();
  process.exit(wasTold ? 130 : met ? 0 : 1);
}

function explained(error: unknown): string {
  if (error instanceof MissingPrograms) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
