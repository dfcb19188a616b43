import { createHash } from 'node:crypto';

/** Where the service finds them (load-persisted-documents.ts). */
const FOLDER = 'assets/persisted-documents/';
const CONSOLE = new URL('../assets/admin/documents.js', import.meta.url);

/** The manifests that come with the product: content by path. With PERSISTED_DOCUMENTS=only its own pages still work. */
export async function shippedManifests(): Promise<Map<string, string>> {
  const ofConsole: Record<string, string> = await import(CONSOLE.href);
  return new Map([[`${FOLDER}console.json`, manifestOf(Object.values(ofConsole))]]);
}

/** Texts by their SHA-256, as GraphQL Code Generator writes them. */
function manifestOf(texts: readonly string[]): string {
  const entries = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
  return `${JSON.stringify(Object.fromEntries(entries.sort()), null, 2)}\n`;
}
