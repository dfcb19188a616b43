/**
 * PostgreSQL's frontend/backend protocol, version 3, as far as counting needs it: every message is a type of one byte
 * and a length of four, only a client's first message has no type.
 */
class Messages {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  constructor(side: 'frontend' | 'backend') {
    this.#typed = side === 'backend';
  }

  /** Those that are complete now. */
  read(chunk: Buffer): Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const start = this.#typed ? 1 : 0;
      if (this.#rest.length < start + 4) return messages;
      const end = start + this.#rest.readUInt32BE(start);
      if (this.#rest.length < end) return messages;
      const type = this.#typed ? String.fromCharCode(this.#rest[0] ?? 0) : 'startup';
      messages.push({ type, body: this.#rest.subarray(start + 4, end) });
      this.#rest = this.#rest.subarray(end);
      this.#typed = true;
    }
  }
}

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** Which statement a connection speaks of: prepared ones are named, and their text is sent once. */
class StatementTexts {
  readonly #texts = new Map<string, string>();
  current = '';

  hear({ type, body }: Message): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2);
    if (type === 'P') this.#texts.set(first, body.toString('utf8').split('\0', 2)[1] ?? '');
    if (type === 'P') this.current = this.#texts.get(first) ?? '';
    if (type === 'B') this.current = this.#texts.get(second) ?? '';
    if (type === 'Q') this.current = first;
  }
}

export interface WireCount {
  /** Execute and Query messages: every statement, BEGIN and COMMIT included. */
  statements: number;
  /**
   * How often a client spoke after everything that was asked before had been answered, on whatever connection. Preparing
   * a statement on a connection that meets it first is part of asking it.
   */
  roundTrips: number;
}

/** Whether an answer waits for a statement, or whether it belongs to setting up a connection. */
type Side = 'before' | 'behind' | 'setup';

/** The first statement of each connection (src/database/pool/connection.ts). */
const GREETING = /^SELECT pg_backend_pid\(\) AS pid, current_setting/;

interface Expected {
  readonly answer: 'ready' | 'description';
  readonly side: Side;
}

/** Counts what clients ask of a server, over all their connections. Setting connections up does not count. */
export class WireCounter {
  /** What was asked, but for the statements `behind`. */
  count: WireCount = { statements: 0, roundTrips: 0 };
  /** Statements that no answer waits for. */
  behind = 0;
  /** The texts of the statements that are counted. */
  asked: string[] = [];
  /** The texts of all statements that were ever executed. */
  readonly texts = new Set<string>();
  readonly #isBehind: (text: string) => boolean;
  readonly #unanswered = { before: 0, behind: 0, setup: 0 };

  /** @param isBehind whether a statement, by its text, is one that no answer waits for. */
  constructor(isBehind: (text: string) => boolean) {
    this.#isBehind = isBehind;
  }

  /** Whether nothing is under way. */
  get quiet(): boolean {
    const { before, behind, setup } = this.#unanswered;
    return before + behind + setup === 0;
  }

  reset(): void {
    this.count = { statements: 0, roundTrips: 0 };
    this.behind = 0;
    this.asked = [];
  }

  /** Ears for one connection. */
  connection(): { frontend(chunk: Buffer): void; backend(chunk: Buffer): void; closed(): void } {
    const [frontend, backend, texts] = [new Messages('frontend'), new Messages('backend'), new StatementTexts()];
    const expected: Expected[] = [{ answer: 'ready', side: 'before' }];
    let open = false;
    let prepared = false;
    const answered = () => {
      const done = expected.shift();
      prepared = done?.answer === 'description';
      if (open && done) this.#unanswered[done.side] -= 1;
      open = true;
    };
    return {
      frontend: (chunk) => {
        const messages = frontend.read(chunk);
        if (open) this.#heard(messages, { expected, texts, prepared });
        if (messages.length > 0) prepared = false;
      },
      backend: (chunk) => {
        for (const { type } of backend.read(chunk)) if (answers(type, expected[0]?.answer)) answered();
      },
      closed: () => {
        if (open) for (const { side } of expected) this.#unanswered[side] -= 1;
      },
    };
  }

  #heard(
    messages: readonly Message[],
    { expected, texts, prepared }: { expected: Expected[]; texts: StatementTexts; prepared: boolean },
  ): void {
    // A client that was quiet speaks: one round trip, for the first statement that an answer waits for.
    let counted = prepared || this.#unanswered.before > 0;
    for (const message of messages) {
      texts.hear(message);
      const side = this.#sideOf(texts.current);
      if (side === 'before' && !counted) {
        this.count.roundTrips += 1;
        counted = true;
      }
      this.#note(message.type, side, texts.current);
      const answer =
        message.type === 'S' || message.type === 'Q' ? 'ready' : message.type === 'H' ? 'description' : null;
      if (answer === null) continue;
      expected.push({ answer, side });
      this.#unanswered[side] += 1;
    }
  }

  #sideOf(text: string): Side {
    if (GREETING.test(text)) return 'setup';
    return this.#isBehind(text) ? 'behind' : 'before';
  }

  #note(type: string, side: Side, text: string): void {
    if ((type !== 'E' && type !== 'Q') || side === 'setup') return;
    this.texts.add(text);
    if (side === 'behind') this.behind += 1;
    else {
      this.count.statements += 1;
      this.asked.push(text);
    }
  }
}

/** ReadyForQuery ends the answer to Sync and Query; a description, or an error instead of it, the one to Flush. */
function answers(type: string, expected: string | undefined): boolean {
  return expected === 'ready' ? type === 'Z' : expected === 'description' && ['T', 'n', 'E'].includes(type);
}
