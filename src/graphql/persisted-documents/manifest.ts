import { z } from 'zod';

/** One document of a manifest. */
export interface ManifestEntry {
  readonly id: string;
  readonly text: string;
}

export type ManifestReading =
  | { readonly kind: 'entries'; readonly entries: readonly ManifestEntry[] }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Kept to the letter: clients send the hash of the text, and Relay ends each text with a new line. */
const filled = z.string().refine((text) => text.trim() !== '');

/** What `@apollo/generate-persisted-query-manifest` writes. Names and types of operations are in their texts, too. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: filled, body: filled })),
});

/** What the client preset of GraphQL Code Generator and relay-compiler write: text by id. */
const textById = z.record(filled, filled);

const UNKNOWN_FORM =
  'it is neither an object of texts by their ids (GraphQL Code Generator, Relay) nor a manifest of @apollo/generate-persisted-query-manifest';

/** Reads the content of one manifest. */
export function readManifest(content: string): ManifestReading {
  const json = parsed(content);
  if (json === undefined) return unreadable('it is not valid JSON');
  const manifest = apolloManifest.safeParse(json);
  if (manifest.success) return entriesOf(manifest.data.operations.map(({ id, body }) => ({ id, text: body })));
  const texts = textById.safeParse(json);
  if (!texts.success) return unreadable(UNKNOWN_FORM);
  return entriesOf(Object.entries(texts.data).map(([id, text]) => ({ id, text })));
}

function entriesOf(entries: readonly ManifestEntry[]): ManifestReading {
  return entries.length > 0 ? { kind: 'entries', entries } : unreadable('it has no documents');
}

function unreadable(problem: string): ManifestReading {
  return { kind: 'unreadable', problem };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
