/**
 * What commands share that work for minutes and start processes: they say what they do, and however they end, they leave
 * nothing behind.
 */
import './end-with-npm.js';

/** Exit codes of a process that a signal ends, by the convention of shells: 128 and the number of the signal. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** Milliseconds for removing what was made. The service takes up to 25 s to stop. */
const REMOVE_WITHIN = 30_000;
/** Milliseconds between two of many short steps. */
const TELL_EVERY = 5_000;

let lastTold = 0;
let ending = false;

export type Removal = () => Promise<unknown> | unknown;

/**
 * Does the work and ends the process with the exit code that the work returns. After the work, after an error and at a
 * signal, what was made is removed, the latest first. Add what you make to the list before you wait for anything. Start
 * processes with `detached`, so that a Ctrl-C in a terminal does not reach them.
 */
export async function runLongCommand(work: (removals: Removal[]) => Promise<number>): Promise<never> {
  const removals: Removal[] = [];
  const stopped = firstSignal();
  const failed = (error: unknown) => {
    // What is being removed answers no more.
    if (!ending) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return 1;
  };
  const code = await Promise.race([work(removals).catch(failed), stopped, firstCrash().catch(failed)]);
  if (code > 128) progress('Stopping');
  ending = true;
  giveUpLater();
  // The work may go on for a moment, and add to the list.
  for (let remove = removals.pop(); remove; remove = removals.pop()) await attempt(remove);
  process.exit(code);
}

async function attempt(remove: Removal): Promise<void> {
  try {
    await remove();
  } catch (error) {
    process.stderr.write(`Not removed: ${error instanceof Error ? error.message : error}\n`);
  }
}

/** Resolves with the exit code for it. Later signals are ignored, because the process is ending. */
function firstSignal(): Promise<number> {
  return new Promise((resolve) => {
    for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => resolve(code));
  });
}

/** Without these handlers a crash would end the process at once. When it ends, crashes are ignored. */
function firstCrash(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, reject);
  });
}

/** Says what is done now. On standard error, because the results are on standard output. */
export function progress(step: string): void {
  if (ending) return;
  lastTold = performance.now();
  process.stderr.write(`… ${step}\n`);
}

/** As `progress`, for many short steps: says one of them every five seconds. */
export function progressNowAndThen(step: string): void {
  if (performance.now() - lastTold > TELL_EVERY) progress(step);
}

/** Builds the service if its source has changed. */
export async function build(): Promise<void> {
  const file = new URL('./build.js', import.meta.url).href;
  const { buildWhenNeeded }: { buildWhenNeeded(): Promise<void> } = await import(file);
  await buildWhenNeeded();
}

function giveUpLater(): void {
  setTimeout(() => {
    process.stderr.write(`Given up after ${REMOVE_WITHIN / 1000} s. A process or a folder may be left.\n`);
    process.exit(1);
  }, REMOVE_WITHIN).unref();
}
