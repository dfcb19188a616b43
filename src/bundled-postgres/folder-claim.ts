import { link, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemRandom } from '../platform/random.js';
import { codeOf, InUseElsewhereError } from './error.js';
import { serverListens } from './server-socket.js';
import { thisWorld, type World } from './world.js';

const fileName = 'phone-accounts.in-use';

export interface ClaimOptions {
  readonly world: Pick<World, 'id' | 'kernel'>;
  /** Milliseconds between two signs of life. */
  readonly beatEvery: number;
  /** Without a sign of life for this time, another container of this machine counts as ended. */
  readonly silentNearby: number;
  /** The same for another machine, whose files may come late. */
  readonly silentElsewhere: number;
  /** Called when this process has to wait to see whether the folder is in use. */
  readonly onSilence?: ((seconds: number) => void) | undefined;
  /** When it is aborted, the wait ends with an error. */
  readonly ending?: AbortSignal | undefined;
}

export async function claimOptions(events: Pick<ClaimOptions, 'onSilence' | 'ending'>): Promise<ClaimOptions> {
  return { world: await thisWorld(), beatEvery: 1_000, silentNearby: 5_000, silentElsewhere: 15_000, ...events };
}

/**
 * Two servers on one folder destroy its data. PostgreSQL cannot see the server of another container or machine, because
 * process ids mean something else there. So a file in the folder says which world uses it. All processes of that world
 * write a sign of life into it, which is a new random number each time: clocks differ, and file systems round times.
 */
export class FolderClaim {
  /** Resolves when another world has taken the folder. */
  readonly lost: Promise<void>;
  readonly #path: string;
  readonly #options: ClaimOptions;
  readonly #beats: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();
  #lose: () => void = () => undefined;
  #isLost = false;

  private constructor(path: string, options: ClaimOptions) {
    this.#path = path;
    this.#options = options;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#beats = setInterval(() => {
      this.#beating = this.#beating.then(() => this.#beat()).catch(() => undefined);
    }, options.beatEvery).unref();
  }

  /** @throws BundledServerError when another world uses the folder */
  static async take(folder: string, options: ClaimOptions): Promise<FolderClaim> {
    const path = join(folder, fileName);
    while (!(await create(path, options.world))) {
      const text = await readText(path);
      if (isOf(text, options.world)) break;
      if (text !== null && (await isInUse(folder, { path, text, options }))) throw new InUseElsewhereError(folder);
      if (text !== null) await discard(path, text);
    }
    return new FolderClaim(path, options);
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Stops the signs of life. With `release`, the next container or machine need not wait for silence. */
  async end({ release }: { readonly release: boolean }): Promise<void> {
    clearInterval(this.#beats);
    await this.#beating;
    const text = await readText(this.#path);
    if (release && text !== null && isOf(text, this.#options.world)) await discard(this.#path, text);
  }

  async #beat(): Promise<void> {
    const { world } = this.#options;
    const text = await overwrite(this.#path, world);
    if (text === null) await create(this.#path, world);
    if (text === null || text === '' || isOf(text, world)) return;
    this.#isLost = true;
    clearInterval(this.#beats);
    this.#lose();
  }
}

/** All records of a world have the same length, so that one can be written over another. */
function recordOf({ id }: ClaimOptions['world']): string {
  return `${id}\n${systemRandom.bytes(8).toString('hex')}\n`;
}

function isOf(text: string | null, { id }: ClaimOptions['world']): boolean {
  return text?.split('\n', 1)[0] === id;
}

async function isInUse(
  folder: string,
  { path, text, options }: { path: string; text: string; options: ClaimOptions },
): Promise<boolean> {
  const nearby = text.startsWith(`${options.world.kernel} `);
  if (nearby && (await serverListens(folder))) return true;
  const silence = nearby ? options.silentNearby : options.silentElsewhere;
  options.onSilence?.(silence / 1000);
  const deadline = AbortSignal.timeout(silence);
  while (!deadline.aborted) {
    await pause(options.beatEvery / 2, undefined, { signal: options.ending });
    const now = await readText(path);
    if (now !== text) return now !== null && now !== '' && !isOf(now, options.world);
  }
  return false;
}

/** The file is complete from its first moment. False: there is one already. */
async function create(path: string, world: ClaimOptions['world']): Promise<boolean> {
  const made = `${path}.${systemRandom.bytes(4).toString('hex')}`;
  try {
    await writeFile(made, recordOf(world), { flag: 'wx', mode: 0o644 });
    await link(made, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return await createWithoutLink(path, world);
  } finally {
    await rm(made, { force: true });
  }
}

/** Some file systems have no hard links. */
async function createWithoutLink(path: string, world: ClaimOptions['world']): Promise<boolean> {
  return writeFile(path, recordOf(world), { flag: 'wx', mode: 0o644 }).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

/** Gives a sign of life if the record is of this world. Returns the record that was there. */
async function overwrite(path: string, world: ClaimOptions['world']): Promise<string | null> {
  const handle = await open(path, 'r+').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const text = await handle.readFile('utf8');
    if (isOf(text, world)) await handle.write(recordOf(world), 0);
    return text;
  } finally {
    await handle.close();
  }
}

/** Removes a record. If another process has written to the file or replaced it at this moment, it is put back. */
async function discard(path: string, text: string): Promise<void> {
  const aside = `${path}.${systemRandom.bytes(4).toString('hex')}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readText(aside);
  if (moved !== null && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
