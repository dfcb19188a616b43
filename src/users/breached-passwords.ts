import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { StartupError } from '../platform/startup-error.js';
import type { BreachedPasswords } from './password-policy.js';

/** A line is 40 hexadecimal digits, perhaps a colon and a count, and a line end. */
const LONGEST_LINE = 64;
const LINE = /^([0-9A-F]{40})(:\d+)?\r?$/i;
/** Lines that are checked when the file is opened. */
const SAMPLES = 64;

/**
 * A file of breached passwords: one SHA-1 per line in ascending order, with or without `:count`, as the downloader of
 * Have I Been Pwned writes it. The file stays on disk. A search needs about thirty short reads, so the size does not
 * matter.
 */
export class BreachedPasswordFile implements BreachedPasswords {
  readonly #file: FileHandle;
  readonly #size: number;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** @throws StartupError if the file does not exist or has another format. */
  static async open(path: string): Promise<BreachedPasswordFile> {
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      throw new StartupError(`BREACHED_PASSWORDS_FILE: ${path} cannot be read (${error.code}).`);
    });
    const stat = await file.stat();
    const list = new BreachedPasswordFile(file, stat.size);
    if (stat.isFile() && (await list.#ascends())) return list;
    await file.close();
    throw new StartupError(
      `BREACHED_PASSWORDS_FILE: ${path} must hold one SHA-1 in hexadecimal a line, in ascending order.`,
    );
  }

  /** The problem with a file, or null. */
  static async problem(path: string): Promise<string | null> {
    try {
      const list = await BreachedPasswordFile.open(path);
      await list.close();
      return null;
    } catch (error) {
      if (error instanceof StartupError) return error.message;
      throw error;
    }
  }

  async has(password: string): Promise<boolean> {
    const wanted = createHash('sha1').update(password).digest('hex').toUpperCase();
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = await this.#lineAt(middle);
      if (line === null || line.start >= high) high = middle;
      else if (line.hash === wanted) return true;
      else if (line.hash < wanted) low = line.end;
      else high = middle;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Checks lines from all parts of the file. A search finds nothing in a list that is not in ascending order. */
  async #ascends(): Promise<boolean> {
    let last = '';
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const offset = Math.floor((this.#size * sample) / SAMPLES);
      const line = await this.#lineAt(offset);
      const atTheEnd = sample > 0 && offset > this.#size - LONGEST_LINE;
      if (line === null ? !atTheEnd : line.hash < last) return false;
      last = line?.hash ?? last;
    }
    return true;
  }

  /** The first line that begins at `offset` or after it; null at the end of the file. */
  async #lineAt(offset: number): Promise<{ hash: string; start: number; end: number } | null> {
    const from = Math.max(0, offset - 1);
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(2 * LONGEST_LINE), 0, 2 * LONGEST_LINE, from);
    const text = buffer.toString('latin1', 0, bytesRead);
    const skipped = offset === 0 ? 0 : text.indexOf('\n') + 1;
    if (offset > 0 && skipped === 0) return null;
    const [line = ''] = text.slice(skipped).split('\n', 1);
    const hash = LINE.exec(line)?.[1]?.toUpperCase();
    return hash === undefined ? null : { hash, start: from + skipped, end: from + skipped + line.length + 1 };
  }
}
