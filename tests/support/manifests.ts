import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The hash of a text, as most tools name documents. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Writes a manifest, or the documents for one, into a folder of its own. Returns its path. */
export async function writeManifest(content: object | string, name = 'documents.json'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-manifest-'));
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A request to /graphql as front ends send it, whatever its body names the document by. */
export async function send(url: string, body: object, token?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the test asked for.
  return { status: answer.status, body: (await answer.json()) as any };
}
