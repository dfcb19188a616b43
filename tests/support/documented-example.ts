import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

/** A document in docs/. */
export function textOf(document: string): string {
  return readFileSync(fileURLToPath(new URL(`../../docs/${document}`, import.meta.url)), 'utf8');
}

/** The code blocks of a document in docs/, by the name after their language: ```yaml router.yaml. */
export function examplesOf(document: string): ReadonlyMap<string, string> {
  const blocks = textOf(document).matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]));
}

/** The lines of an env file. */
export function environmentOf(lines: string): Record<string, string> {
  return Object.fromEntries(Object.entries(parseEnv(lines)).map(([name, value]) => [name, value ?? '']));
}
