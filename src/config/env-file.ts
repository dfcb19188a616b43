import { lstatSync, readFileSync } from 'node:fs';
import { type EnvEntries, readEntries } from './env-entries.js';

export type EnvFileReading =
  | ({ readonly kind: 'entries' } & Omit<EnvEntries, 'problems'>)
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/**
 * Reads an env file that may be absent. It is read here and not by Node, which takes a file that it may not open for an
 * absent one, and drops lines that it does not understand: NODE_ENV=production would be off without a word.
 * The calls are synchronous, because UV_THREADPOOL_SIZE must be known before the first asynchronous one.
 */
export function readEnvFile(path: string): EnvFileReading {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return whyUnread(path, error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
  const text = decode(bytes);
  if (text === null) return problem(`The file ${path} is not UTF-8 text. Save it as UTF-8.`);
  const { problems, warnings, ...entries } = readEntries(text);
  const named = (each: string) => `The file ${path}: ${each}`;
  if (problems.length > 0) return { kind: 'problems', problems: problems.map(named) };
  return { kind: 'entries', ...entries, warnings: warnings.map(named) };
}

function whyUnread(path: string, code: string): EnvFileReading {
  if (code === 'ENOENT' && !isThere(path)) return { kind: 'entries', values: {}, lines: new Map(), warnings: [] };
  const advice: Readonly<Record<string, string>> = {
    EACCES: `Give the user of the service (${process.geteuid?.()}) the right to read it.`,
    EISDIR: 'It is a folder.',
    ENOENT: 'It is a link to a file that does not exist.',
  };
  return problem([`The file ${path} cannot be read (${code}).`, ...[advice[code] ?? []].flat()].join(' '));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function problem(text: string): EnvFileReading {
  return { kind: 'problems', problems: [text] };
}

/** Editors on Windows also write UTF-16. The byte order mark in front tells, and the decoder drops it. */
function decode(bytes: Buffer): string | null {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
