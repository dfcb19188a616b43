import { createReadStream } from 'node:fs';

const LONGEST_LINE = 64 * 1024;
const LINE_FEED = 10;

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
