import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A document in docs/. */
export function textOf(document: string): string {
  return readFileSync(fileURLToPath(new URL(`../../docs/${document}`, import.meta.url)), 'utf8');
}

/** Code blocks of a document in docs/, by the name that stands behind their language: ```yaml router.yaml. */
export function examplesOf(document: string): ReadonlyMap<string, string> {
  const blocks = textOf(document).matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]));
}

/** `NAME=value` lines as an environment. */
export function environmentOf(lines: string): Record<string, string> {
  const pairs = lines.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
