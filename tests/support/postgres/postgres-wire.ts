/**
 * PostgreSQL's frontend/backend protocol, version 3, as far as counting needs it: every message is a type of one byte
 * and a length of four, only a client's first message has no type.
 */
class MessageTypes {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  constructor(side: 'frontend' | 'backend') {
    this.#typed = side === 'backend';
  }

  /** Types of the messages that are complete now. */
  read(chunk: Buffer): string[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const types: string[] = [];
    for (;;) {
      const start = this.#typed ? 1 : 0;
      if (this.#rest.length < start + 4) return types;
      const end = start + this.#rest.readUInt32BE(start);
      if (this.#rest.length < end) return types;
      types.push(this.#typed ? String.fromCharCode(this.#rest[0] ?? 0) : 'startup');
      this.#rest = this.#rest.subarray(end);
      this.#typed = true;
    }
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

/** Counts what clients ask of a server, over all their connections. Setting connections up does not count. */
export class WireCounter {
  count: WireCount = { statements: 0, roundTrips: 0 };
  #unanswered = 0;

  /** Whether nothing is under way. */
  get quiet(): boolean {
    return this.#unanswered === 0;
  }

  reset(): void {
    this.count = { statements: 0, roundTrips: 0 };
  }

  /** Ears for one connection. */
  connection(): { frontend(chunk: Buffer): void; backend(chunk: Buffer): void; closed(): void } {
    const [frontend, backend] = [new MessageTypes('frontend'), new MessageTypes('backend')];
    const expected: string[] = ['ready'];
    let open = false;
    let prepared = false;
    const answered = () => {
      prepared = expected.shift() === 'description';
      if (open) this.#unanswered -= 1;
      open = true;
    };
    return {
      frontend: (chunk) => {
        const types = frontend.read(chunk);
        if (open) this.#heard(types, expected, prepared);
        if (types.length > 0) prepared = false;
      },
      backend: (chunk) => {
        for (const type of backend.read(chunk)) if (answers(type, expected[0])) answered();
      },
      closed: () => {
        if (open) this.#unanswered -= expected.length;
      },
    };
  }

  #heard(types: readonly string[], expected: string[], prepared: boolean): void {
    if (types.length > 0 && this.quiet && !prepared) this.count.roundTrips += 1;
    for (const type of types) {
      if (type === 'E' || type === 'Q') this.count.statements += 1;
      const wanted = type === 'S' || type === 'Q' ? 'ready' : type === 'H' ? 'description' : null;
      if (wanted === null) continue;
      expected.push(wanted);
      this.#unanswered += 1;
    }
  }
}

/** ReadyForQuery ends the answer to Sync and Query; a description, or an error instead of it, the one to Flush. */
function answers(type: string, expected: string | undefined): boolean {
  return expected === 'ready' ? type === 'Z' : expected === 'description' && ['T', 'n', 'E'].includes(type);
}
