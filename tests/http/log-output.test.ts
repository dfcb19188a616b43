import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LogOutput } from '../../src/platform/log-output.js';
import { createLogger } from '../../src/platform/logger.js';

/** A stream as standard output, which no error ends (Node's `dummyDestroy`). */
function stream(write: (line: string, done: (error?: Error) => void) => void) {
  return new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write: (line, _encoding, done) => write(String(line), done),
    destroy(error, done) {
      done(error);
      (this as unknown as { _undestroy(): void })._undestroy();
    },
  });
}

describe('a log that nobody reads for a while', () => {
  test('holds a megabyte of lines, drops the rest, and tells how many once it is read again', async () => {
    const seen: string[] = [];
    let held: (() => void) | null = null;
    let reading = false;
    const output = new LogOutput(
      stream((line, done) => {
        seen.push(line);
        if (reading) done();
        else held = done;
      }),
    );
    let dropped = 0;
    output.watch((lines) => {
      dropped += lines;
    });
    const logger = createLogger('info', output);
    for (let line = 0; line < 5_000; line += 1) logger.info('x'.repeat(1_000));
    expect(dropped).toBeGreaterThan(3_000);
    expect(dropped).toBeLessThan(5_000);
    reading = true;
    (held as (() => void) | null)?.();
    await output.lastLines();
    logger.info('here again');
    await output.lastLines();
    const [note, line] = seen.slice(-2).map((each) => JSON.parse(each));
    expect(note).toMatchObject({
      level: 40,
      time: expect.any(String),
      lines: dropped,
      msg: expect.stringMatching(/dropped/),
    });
    expect(line).toMatchObject({ level: 30, msg: 'here again' });
    expect(seen).toHaveLength(5_000 - dropped + 2);
  });

  test('keeps a process that ends for a second, and no longer', async () => {
    const output = new LogOutput(stream(() => {}));
    output.write('the last line\n');
    const start = performance.now();
    await output.lastLines();
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  test('goes on when its disk has space again', async () => {
    const seen: string[] = [];
    let full = true;
    const output = new LogOutput(
      stream((line, done) => {
        if (full) return done(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
        seen.push(line);
        done();
      }),
    );
    let dropped = 0;
    output.watch((lines) => {
      dropped += lines;
    });
    for (let line = 0; line < 3; line += 1) {
      output.write('lost');
      await nextTurn();
    }
    expect(dropped).toBe(3);
    full = false;
    output.write('kept');
    await nextTurn();
    expect(seen).toEqual([expect.stringMatching(/"lines":3,.*dropped/), 'kept']);
  });

  test('counts what was dropped before anybody asked', async () => {
    const output = new LogOutput(stream(() => {}));
    for (let line = 0; line < 3; line += 1) output.write('x'.repeat(1_048_577));
    let dropped = 0;
    output.watch((lines) => {
      dropped += lines;
    });
    expect(dropped).toBe(2);
  });
});
