import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { RowProblem } from './account-form.js';

export interface ReportLine {
  readonly line: number;
  readonly externalId?: string;
  readonly outcome: 'imported' | 'updated' | 'unchanged' | 'left' | 'refused';
  readonly problems: readonly RowProblem[];
}

/** The rows with problems, one JSON object a line. It names rows by line and id, and repeats nothing else of them. */
export class ReportFile {
  readonly path: string;
  readonly #stream: WriteStream;

  private constructor(path: string, stream: WriteStream) {
    this.path = path;
    this.#stream = stream;
  }

  /** Begins anew: an import that goes on reads the file from its beginning, and tells everything again. */
  static async open(path: string): Promise<ReportFile> {
    const stream = createWriteStream(path, { mode: 0o600 });
    await once(stream, 'open');
    return new ReportFile(path, stream);
  }

  async add(lines: readonly ReportLine[]): Promise<void> {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    if (!this.#stream.closed) await once(this.#stream, 'close');
  }
}
