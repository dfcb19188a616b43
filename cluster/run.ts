import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Parts } from './parts.js';
import { MissingPrograms } from './programs.js';

/** What a script prints, line by line, with the seconds since its start. */
export function say(text: string): void {
  const seconds = performance.now() / 1000;
  process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${text}\n`);
}

/** Numbers from the command line: `--kills=3`. */
export function numbersFrom<Names extends string>(standards: Readonly<Record<Names, number>>): Record<Names, number> {
  const names = Object.keys(standards) as Names[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ options });
    const read = (name: Names) => Number(values[name] ?? standards[name]);
    const wrong = names.filter((name) => !(read(name) > 0));
    if (wrong.length > 0) throw new Error(`--${wrong[0]} takes a number above 0`);
    return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Names, number>;
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
