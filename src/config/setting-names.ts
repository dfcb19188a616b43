import { distance } from 'fastest-levenshtein';
import { closestName, didYouMean, lettersOf } from '../platform/names/closest-name.js';
import type { Environment } from '../platform/setting.js';
import type { EnvEntries } from './env-entries.js';

/** No settings of the service, but the process reads them, also from an env file. */
const OTHERS = ['UV_THREADPOOL_SIZE', 'TZ', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
/** Among shorter names, those of other programs are too often this similar. */
const LEAST_LENGTH = 7;
const LENGTH_FOR_TWO = 12;

/** An env file is written for the service, so a name in it that is no setting is a mistake. */
export function unknownInFile({ lines }: Pick<EnvEntries, 'lines'>, settings: readonly string[]): string[] {
  const unknown = [...lines].filter(([name]) => !settings.includes(name) && !OTHERS.includes(name.toUpperCase()));
  return unknown.map(
    ([name, line]) => `line ${line} sets ${name}, which is no setting.${didYouMean(closestName(name, settings))}`,
  );
}

/**
 * Names in the environment that are a setting misspelt. Most names there belong to other programs, so only what is very
 * similar counts, and only where the setting itself is not set.
 */
export function misspeltInEnvironment(
  env: Environment,
  { settings, inFile }: { settings: readonly string[]; inFile: Environment },
): string[] {
  const unset = settings.filter((each) => env[each] === undefined && inFile[each] === undefined);
  const others = Object.keys(env).filter((name) => !settings.includes(name));
  return others.flatMap((name) => {
    const meant = unset.find((each) => isMisspelt(name, each));
    return meant === undefined ? [] : [`${name} in the environment is no setting.${didYouMean(meant)}`];
  });
}

function isMisspelt(name: string, setting: string): boolean {
  const [written, meant] = [lettersOf(name), lettersOf(setting)];
  if (meant.length < LEAST_LENGTH) return false;
  const far = distance(written, meant);
  const swapped = () => [...written].sort().join() === [...meant].sort().join();
  return far <= 1 || (far === 2 && (meant.length >= LENGTH_FOR_TWO || swapped()));
}
