import { type IncomingMessage, request } from 'node:http';

export interface ReadEvent {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the test sent.
  readonly data: any;
}

/** Reads server-sent events (HTML Standard, section 9.2) as they come over the wire. */
export class EventReader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Resolves when the service ends the stream, or the reader does. */
  readonly ended: Promise<void>;
  readonly #response: IncomingMessage;
  readonly #blocks: AsyncGenerator<string>;

  private constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#response = response;
    this.#blocks = blocksOf(response);
    this.ended = new Promise((resolve) => response.once('close', resolve));
  }

  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      // Kept alive, as browsers ask for it.
      const all = { connection: 'keep-alive', ...headers };
      const asked = request(`${url}/inbox/events`, { headers: all, agent: false });
      asked.once('response', (response) => resolve(new EventReader(response)));
      asked.once('error', reject).end();
    });
  }

  /** The next block of lines, a comment or an event; null at the end. */
  async nextBlock(): Promise<string | null> {
    const { value, done } = await this.#blocks.next();
    return done ? null : value;
  }

  /** The next event. @throws at the end */
  async next(): Promise<ReadEvent> {
    for (;;) {
      const block = await this.nextBlock();
      if (block === null) throw new Error('The stream has ended.');
      const fields = new Map(block.split('\n').map((line) => split(line)));
      const data = fields.get('data');
      if (data === undefined) continue;
      const type = fields.get('event') ?? 'message';
      return { id: fields.get('id') ?? '', type, data: data === '' ? null : JSON.parse(data) };
    }
  }

  /** All that there was before. */
  async backlog(): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    for (let event = await this.next(); event.type !== 'ready'; event = await this.next()) events.push(event);
    return events;
  }

  close(): void {
    this.#response.destroy();
  }
}

async function* blocksOf(response: IncomingMessage): AsyncGenerator<string> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const blocks = `${text}${chunk}`.split('\n\n');
      text = blocks.pop() ?? '';
      yield* blocks;
    }
  } catch {
    // The connection was cut.
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
}
