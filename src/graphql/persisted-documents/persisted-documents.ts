import type { DocumentNode } from 'graphql';

/** A document that the service knows. */
export interface KnownDocument {
  readonly text: string;
  /** Of its text, in hexadecimal digits. */
  readonly sha256: string;
  /** Parsed and valid. */
  readonly document: DocumentNode;
}

/** The documents that the service knows from its start. Nothing is added later, so strangers cannot fill it. */
export class PersistedDocuments {
  /** Whether the service runs no other document. */
  readonly only: boolean;
  readonly #byId: ReadonlyMap<string, KnownDocument>;
  readonly #byHash: ReadonlyMap<string, KnownDocument>;
  readonly #texts: ReadonlySet<string>;

  /** @param byId the ids of manifests; the ids that GraphQL over HTTP makes of the text need not be among them */
  constructor({ only, byId }: { only: boolean; byId: ReadonlyMap<string, KnownDocument> }) {
    this.only = only;
    this.#byId = byId;
    this.#byHash = new Map([...byId.values()].map((known) => [known.sha256, known]));
    this.#texts = new Set([...byId.values()].map(({ text }) => text));
  }

  get size(): number {
    return this.#byHash.size;
  }

  /**
   * The text of a document, by its id in a manifest, by the SHA-256 of its text, or by that as GraphQL over HTTP writes it:
   * `sha256:…`.
   */
  text(id: string): string | null {
    const known = this.#byId.get(id) ?? this.#byHash.get(id.replace(/^sha256:/, ''));
    return known?.text ?? null;
  }

  /** Whether a text is that of a document, to the letter. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** The parsed document with this SHA-256 of its text. */
  parsed(sha256: string): DocumentNode | undefined {
    return this.#byHash.get(sha256)?.document;
  }
}
