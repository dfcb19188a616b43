import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

const LONGEST_LINE = 64 * 1024;
const LINE_FEED = 10;
/** How many lines may be broken at the beginning of a file that is otherwise the right one. */
const LINES_TO_JUDGE_BY = 100;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null when it is not UTF-8 or longer than 64 KiB. */
  readonly text: string | null;
}

/** Reads a text file of any size line by line, in memory that does not grow with it. */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let overlong = false;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      number += 1;
      yield { number, text: overlong ? null : textOf(bytes.subarray(start, end)) };
      overlong = false;
      start = end + 1;
    }
    overlong ||= bytes.length - start > LONGEST_LINE;
    rest = overlong ? Buffer.alloc(0) : bytes.subarray(start);
  }
  if (overlong || rest.length > 0) yield { number: number + 1, text: overlong ? null : textOf(rest) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes).replace(/\r$/u, '');
  } catch {
    return null;
  }
}

/** What is wrong with a file as a whole, as one sentence for the person who named it; null when it can be read. */
export async function problemOf(
  path: string,
  format: { readonly name: string; fits(line: string): boolean },
): Promise<string | null> {
  try {
    const packed = await packingOf(path);
    if (packed !== null) return `${path} is a ${packed} archive: unpack it and give the text file inside.`;
    for await (const { number, text } of readLines(path)) {
      if (text !== null && format.fits(text)) return null;
      if (number === LINES_TO_JUDGE_BY) break;
    }
    return `${path} is not ${format.name}.`;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return `${path} cannot be read: ${reasons[String(error.code)] ?? String(error.code)}.`;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/** A packed file gives itself away by its first bytes. */
async function packingOf(path: string): Promise<'zip' | 'gzip' | null> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.toString('latin1') === 'PK') return 'zip';
    return buffer.toString('hex') === '1f8b' ? 'gzip' : null;
  } finally {
    await file.close();
  }
}
