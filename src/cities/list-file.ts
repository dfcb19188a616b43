import { open } from 'node:fs/promises';
import { readLines } from '../platform/read-lines.js';

/** How many lines may be broken at the beginning of a file that is otherwise the right one. */
const LINES_TO_JUDGE_BY = 100;

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
