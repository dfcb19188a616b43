import { parseEnv } from 'node:util';

/** What an env file says. */
export interface EnvEntries {
  readonly values: Readonly<Record<string, string>>;
  /** The line of each name. */
  readonly lines: ReadonlyMap<string, number>;
  /** Lines that would not be read as they were meant. The texts hold no values, because these may be secret. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** A line, or several lines where a value in quotes goes on. */
const ENTRY = /^[^\S\n]*(?:export\s+)?[\w.-]+[^\S\n]*=[^\S\n]*(["'`])(?:(?!\1)[\s\S])*\1.*$|^.*$/gm;
const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=([\s\S]*)$/;
const IN_QUOTES = /^(["'`])(?:(?!\1)[\s\S])*\1\s*(#.*)?$/;
/** A `#` with text before it. Behind a space it begins a comment. */
const CUT = /^(|[^#]*\S)#/;

/** Reads the text of an env file. Node decides what a value means; every line that Node would drop or cut is named. */
export function readEntries(text: string): EnvEntries {
  const values: Record<string, string> = {};
  const lines = new Map<string, number>();
  const problems: string[] = [];
  const warnings: string[] = [];
  const normal = text.replaceAll(/\r\n?/g, '\n');
  for (const { 0: entry, index } of normal.matchAll(ENTRY)) {
    const line = normal.slice(0, index).split('\n').length;
    const reading = readEntry(entry.trim());
    if (reading === null) continue;
    if (reading.kind === 'problem') {
      problems.push(`line ${line} ${reading.what}`);
      continue;
    }
    const before = lines.get(reading.name);
    if (before !== undefined)
      warnings.push(`${reading.name} is set in line ${before} and in line ${line}, which counts.`);
    values[reading.name] = reading.value;
    lines.set(reading.name, line);
  }
  return { values, lines, problems, warnings };
}

type EntryReading =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'problem'; readonly what: string };

/** Null for an empty line and for a comment. */
function readEntry(entry: string): EntryReading | null {
  if (entry === '' || entry.startsWith('#')) return null;
  const [, name, assigned = ''] = ASSIGNMENT.exec(entry) ?? [];
  if (name === undefined) return { kind: 'problem', what: 'is no setting. Write NAME=value.' };
  const what = misreading(name, assigned);
  if (what !== null) return { kind: 'problem', what };
  const value = parseEnv(entry)[name];
  if (value === undefined) return { kind: 'problem', what: `does not set ${name}. Write ${name}=value.` };
  return { kind: 'value', name, value };
}

function misreading(name: string, assigned: string): string | null {
  const value = assigned.trim();
  if (/^["'`]/.test(value)) {
    if (IN_QUOTES.test(value)) return null;
    return `has a quote in ${name} that is not closed, or text behind it. Put the whole value between two quotes.`;
  }
  if (!CUT.test(assigned)) return null;
  return `has a # in ${name}, which cuts the value off. Quote it: ${name}="…". Put a space before a comment.`;
}
