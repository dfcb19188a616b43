import { readFileSync } from 'node:fs';
import { checkDescription } from './check/check-description.js';
import { describedProvider } from './described.provider.js';
import type { Description } from './description.js';
import type { ProviderDefinition } from '../provider.js';

const MOST_BYTES = 262_144;

export type FileReading =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Reads a file that describes a provider, and checks it completely. */
export function readDescriptionFile(path: string): FileReading {
  const problem = (what: string): FileReading => ({ kind: 'problems', problems: [`The file ${path}: ${what}`] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return problem(`cannot be read (${code}). Check PROVIDER_FILES, and the rights of the file.`);
  }
  if (text.length > MOST_BYTES) return problem(`has more than ${MOST_BYTES} characters.`);
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return problem(`is no JSON${placeOf(error, text)}.`);
  }
  const reading = checkDescription(document);
  if (reading.kind === 'description') return reading;
  return {
    kind: 'problems',
    problems: reading.problems.map(({ place, what }) => `The file ${path}: ${place || '/'} ${what}`),
  };
}

/** Node names the position of a mistake in JSON. Its words quote the file, which may hold more than it should. */
function placeOf(error: unknown, text: string): string {
  const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return `: look at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

export interface DescribedProviders {
  readonly providers: readonly ProviderDefinition[];
  readonly problems: readonly string[];
}

/**
 * The providers that an operator's files describe.
 * @param known every provider and setting that the service has without them
 */
export function readProviderFiles(
  paths: readonly string[],
  known: { readonly providers: readonly string[]; readonly settings: readonly string[] },
): DescribedProviders {
  const providers: ProviderDefinition[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    const reading = readDescriptionFile(path);
    if (reading.kind === 'problems') {
      problems.push(...reading.problems);
      continue;
    }
    const { name, settings } = reading.description;
    const named = [...known.providers, ...providers.map((each) => each.name)];
    const taken = Object.keys(settings).filter((each) => known.settings.includes(each));
    if (named.includes(name))
      problems.push(`The file ${path}: /name is ${name}, which another provider has. Choose another one.`);
    for (const each of taken)
      problems.push(`The file ${path}: /settings/${each} is a setting of the service already. Choose another name.`);
    if (!named.includes(name) && taken.length === 0) providers.push(describedProvider(reading.description));
  }
  return { providers, problems };
}
