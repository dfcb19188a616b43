/** What a provider may repeat in its answers, and must not be stored, logged or shown: secrets, and the code of the message. */
export class Hidden {
  // Private to the runtime too, so that nothing that is printed holds them.
  readonly #texts: readonly string[];

  constructor(texts: readonly (string | null)[]) {
    this.#texts = texts.filter((text): text is string => text !== null && text !== '');
  }

  and(text: string | null): Hidden {
    return new Hidden([...this.#texts, text]);
  }

  isIn(text: string): boolean {
    return this.#texts.some((each) => text.includes(each));
  }

  leftOutOf(text: unknown): unknown {
    if (typeof text !== 'string') return text;
    return this.#texts.reduce((left, each) => left.replaceAll(each, '…'), text);
  }
}
