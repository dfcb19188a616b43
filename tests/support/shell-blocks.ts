import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of shell commands in a document. */
export interface ShellBlock {
  readonly document: string;
  readonly code: string;
  /** The block of JSON that stands below it, if there is one: what the commands print. */
  readonly printed: string | null;
}

const ROOT = new URL('../../', import.meta.url);
const BLOCK = /^( *)```(\w*)[^\n]*\n(.*?)^\1```$/gms;

/** The blocks of a document by their language, without the indentation that a list gives them. */
export function blocksOf(document: string): { readonly language: string; readonly code: string }[] {
  const text = readFileSync(fileURLToPath(new URL(document, ROOT)), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, indent = '', language = '', code = '']) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

export function shellBlocksOf(document: string): ShellBlock[] {
  const blocks = blocksOf(document);
  return blocks.flatMap(({ language, code }, index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ document, code, printed: next?.language === 'json' ? next.code : null }];
  });
}
