import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer that does not come before the test says so. */
export interface HeldAnswer {
  /** Resolves when the service has answered. */
  readonly answered: Promise<void>;
  release(): void;
}

/** Stands between pages and the service, on a host where browsers keep its cookie. */
export class AccountsProxy {
  /** Names of the operations in the order in which they came. */
  readonly operations: string[] = [];
  /** Where the service listens. */
  target = '';
  readonly #server: Server;
  readonly #held: { readonly operation: string; readonly answered: () => void; readonly released: Promise<void> }[] =
    [];

  private constructor() {
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  static async start(): Promise<AccountsProxy> {
    const proxy = new AccountsProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, 'localhost', resolve));
    return proxy;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Holds the answer to the next call of an operation. */
  hold(operation: string): HeldAnswer {
    const [answered, released] = [signal(), signal()];
    this.#held.push({ operation, answered: answered.give, released: released.given });
    return { answered: answered.given, release: released.give };
  }

  countOf(operation: string): number {
    return this.operations.filter((name) => name === operation).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const operation = /"(?:mutation|query) (\w+)/.exec(body.toString())?.[1];
    if (operation) this.operations.push(operation);
    const { method, headers, url } = incoming;
    const passed = request(new URL(url ?? '/', this.target), { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', async () => {
        await this.#wait(operation);
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders).end(Buffer.concat(parts));
      });
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  }

  async #wait(operation: string | undefined): Promise<void> {
    const index = this.#held.findIndex((held) => held.operation === operation);
    const [held] = index < 0 ? [] : this.#held.splice(index, 1);
    held?.answered();
    await held?.released;
  }
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
