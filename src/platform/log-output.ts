import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';

/** Bytes of lines that may wait until somebody reads them: some thousand lines. */
const MOST_WAITING = 1_048_576;
/** Milliseconds for which a process that ends waits for its last lines to be read. */
const LAST_LINES_MS = 1_000;

/**
 * Writes log lines and never waits. Pino's own output waits: it tries again for ever while the disk is full, and stands
 * still with the whole process while the pipe is not read. Here a line that cannot be written is dropped and counted.
 */
export class LogOutput {
  readonly #stream: Writable;
  #onDrop: (lines: number) => void = () => {};
  #dropped = 0;
  /** Dropped since the log last told so. */
  #untold = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Each error comes to the callback of its line, too. Without a listener it would end the process.
    stream.on('error', () => {});
  }

  write(line: string): void {
    if (this.#stream.writableLength > MOST_WAITING) this.#drop();
    else {
      this.#tell();
      this.#stream.write(line, (error) => {
        if (error) this.#drop();
      });
    }
  }

  /** Calls `listener` with the number of lines dropped, now and from now on. */
  watch(listener: (lines: number) => void): void {
    this.#onDrop = listener;
    if (this.#dropped > 0) listener(this.#dropped);
  }

  /** Resolves when everything is written, or after a second. */
  async lastLines(): Promise<void> {
    const deadline = AbortSignal.timeout(LAST_LINES_MS);
    while (this.#stream.writableLength > 0 && !deadline.aborted) await pause(10);
  }

  #drop(): void {
    this.#dropped += 1;
    this.#untold += 1;
    this.#onDrop(1);
  }

  #tell(): void {
    const lines = this.#untold;
    if (lines === 0) return;
    this.#untold = 0;
    const time = pino.stdTimeFunctions.isoTime();
    const note = `{"level":40${time},"lines":${lines},"msg":"log lines were dropped, because nothing could be written"}\n`;
    this.#stream.write(note, (error) => {
      if (error) this.#untold += lines;
    });
  }
}
