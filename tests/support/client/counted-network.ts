interface Sent {
  readonly method: string;
  readonly query: string;
  readonly authorization: string | null;
}

/** A network that writes down what it carries, and loses or delays what a test wants. */
export class CountedNetwork {
  readonly sent: Sent[] = [];
  #failing: string | null = null;
  #held: { readonly words: string; readonly until: Promise<void> } | null = null;

  readonly fetch: typeof fetch = async (input, init) => {
    const { method = 'GET', body, headers } = init ?? {};
    const query = typeof body === 'string' ? String(JSON.parse(body).query) : '';
    this.sent.push({ method, query, authorization: new Headers(headers).get('authorization') });
    if (this.#failing && query.includes(this.#failing)) throw new TypeError('fetch failed');
    if (this.#held && query.includes(this.#held.words)) await this.#held.until;
    return fetch(input, init);
  };

  /** How many requests had these words in their document. */
  count(words: string): number {
    return this.sent.filter(({ query }) => query.includes(words)).length;
  }

  /** Requests with these words get no answer; null: all get one. */
  failWhere(words: string | null): void {
    this.#failing = words;
  }

  /** Holds back requests with these words until the returned function is called. */
  hold(words: string): () => void {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = { words, until };
    return release;
  }
}
