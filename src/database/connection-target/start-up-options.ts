import type { Findings } from './findings.js';
import { isOwnParameter } from './own-parameters.js';

export interface StartUpOptions {
  readonly schema: string | null;
  readonly options: string | null;
}

/** Where tables are when nothing says otherwise. */
const STANDARD_SCHEMA = 'public';
const SEARCH_PATH = /^(?:-c\s*|--)search[_-]path=(.*)$/s;
const NAME = /^(?:-c\s*|--)([\w-]+)=/;

/** The schema, from Prisma's `schema=` or libpq's `options=-csearch_path=`, and the options that remain. */
export function readStartUpOptions(words: ReadonlyMap<string, string>, findings: Findings): StartUpOptions {
  const { path, others } = takeSearchPath(words.get('options') ?? '');
  const options = withoutOwn(others, findings).join(' ') || null;
  const fromOptions = path === null ? null : firstSchema(path);
  const named = words.get('schema') || null;
  if (named !== null && fromOptions !== null && named !== fromOptions) {
    findings.complain(`has two schemas, ${named} in schema= and ${fromOptions} in options=: keep one`);
  }
  const schema = named ?? fromOptions;
  if (named !== STANDARD_SCHEMA) return { schema, options };
  findings.warn('has schema=public, which is passed over: it is the schema that the server uses by itself');
  return { schema: null, options };
}

/** The service's own parameters come after the options, so the server would take these without a word about it. */
function withoutOwn(options: readonly string[], findings: Findings): readonly string[] {
  return options.filter((option) => {
    const name = NAME.exec(option)?.[1];
    if (name === undefined || !isOwnParameter(name)) return true;
    findings.warn(`has ${name} in options, which is passed over: the service sets it for each connection itself`);
    return false;
  });
}

function takeSearchPath(text: string): { path: string | null; others: readonly string[] } {
  // Spaces separate options; a backslash makes the next character a part of the option.
  const parts = text.match(/(?:\\.|[^\s\\])+/gs) ?? [];
  // Written as two parts, `-c name=value` is one option.
  const joined = parts.flatMap((part, index) => {
    if (parts[index - 1] === '-c') return [];
    return [part === '-c' ? `-c ${parts[index + 1] ?? ''}` : part];
  });
  const found = joined.map((option) => SEARCH_PATH.exec(option)?.[1]).find((path) => path !== undefined);
  const others = joined.filter((option) => !SEARCH_PATH.test(option));
  return { path: found?.replaceAll(/\\(.)/gs, '$1') ?? null, others };
}

/** Of the schemas in a search path the first one that has a name of its own: there new tables are made. */
function firstSchema(path: string): string | null {
  const names = path.match(/"(?:""|[^"])+"|[^\s,]+/g) ?? [];
  const plain = names.map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
  );
  return plain.find((name) => name !== '$user') ?? null;
}
