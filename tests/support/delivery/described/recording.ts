import { readdirSync, readFileSync } from 'node:fs';
import type { Balance, OutgoingMessage, SendOutcome } from '../../../../src/providers/message-sender.js';

/**
 * What a provider answers and reports, as its documents show it: tests/delivery/described/recordings/NAME.json, one for each
 * description in assets/providers/.
 */
export interface Recording {
  readonly provider: string;
  readonly documents: readonly string[];
  /** As in the environment. The address of the API becomes that of the stand-in. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where the description has one. */
  readonly balance?: RecordedBalance;
  readonly answers: readonly RecordedAnswer[];
  readonly reports: readonly RecordedReport[];
}

export interface RecordedAnswer {
  readonly what: string;
  /** Where it was seen. */
  readonly from: string;
  /** Over those of the file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Over a text of the tests. */
  readonly message?: Partial<OutgoingMessage>;
  /** As it must arrive, as far as it is named. Null: nothing must arrive. */
  readonly request?: RecordedRequest | null;
  readonly answer?: RecordedHttpAnswer;
  readonly outcome: SendOutcome;
}

export interface RecordedBalance extends Pick<RecordedAnswer, 'from' | 'request'> {
  readonly answer: RecordedHttpAnswer;
  readonly balance: Balance;
}

export interface RecordedRequest {
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Those that are named. Names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is compared with the fields of a form, or with JSON; a text with the body itself. */
  readonly body?: unknown;
}

export interface RecordedHttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface RecordedReport {
  readonly what: string;
  readonly from: string;
  readonly request: {
    /** Without our id and without a secret. */
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly form?: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly text?: string;
  };
  /** False: the recorded headers have the signature of the document. */
  readonly sign?: boolean;
  /** The whole address, where a signature of the document covers it. */
  readonly url?: string;
  /** Over those of the file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What our clock shows. */
  readonly now?: string;
  readonly answered: number;
  /** What is kept; null: nothing. */
  readonly report: object | readonly object[] | null;
}

const FOLDER = new URL('../../../delivery/described/recordings/', import.meta.url);

export const recordings: readonly Recording[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file): Recording => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
