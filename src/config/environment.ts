import { BreachedPasswordFile } from '../users/breached-passwords.js';
import { systemClock } from '../platform/clock.js';
import { splitList } from '../platform/split-list.js';
import type { DescribedProviders } from '../providers/described/description-file.js';
import { providerList } from '../providers/provider-list.js';
import { type ConfigReading, readConfig } from './config.js';
import { readEnvFile } from './env-file.js';
import { misspeltInEnvironment, unknownInFile } from './setting-names.js';
import { providerSettings, settings } from './settings.js';

const ENV_FILE = '.env';
/** What is wrong with the choice of providers. */
const ABOUT_ROUTES = /^(SMS_PROVIDER must be|DELIVERY_ROUTES has)/;

export type EnvironmentReading =
  | Extract<ConfigReading, { kind: 'config' }>
  // Says how the problems are told: to a developer, or to the log of a machine.
  | (Extract<ConfigReading, { kind: 'problems' }> & { readonly production: boolean });

/**
 * Reads the environment; for names that are not set there, the file `.env` in the working folder. Files that settings
 * name are checked as well, so that a wrong file is reported together with all other problems.
 */
export async function readEnvironment(): Promise<EnvironmentReading> {
  const file = readEnvFile(ENV_FILE);
  if (file.kind === 'problems') return { ...file, production: isProduction() };
  const environment = { ...process.env };
  // Libraries read the environment, too.
  Object.assign(process.env, { ...file.values, ...environment });
  const described = await providersInFiles(process.env['PROVIDER_FILES']);
  const providers = [...providerList, ...described.providers];
  const names = [...Object.keys(settings), ...Object.keys(providerSettings(described.providers))];
  const unknown = unknownInFile(file, names).map((each) => `The file ${ENV_FILE}: ${each}`);
  const warnings = [...file.warnings, ...unknown, ...emptyInEnvironment(file.values)];
  warnings.push(...misspeltInEnvironment(environment, { settings: names, inFile: file.values }));
  const reading = readConfig(process.env, providers);
  // postgres.js reads it, and no option says "any server".
  delete process.env['PGTARGETSESSIONATTRS'];
  const path = process.env['BREACHED_PASSWORDS_FILE'];
  const problem = path ? await BreachedPasswordFile.problem(path) : null;
  const misread = reading.kind === 'problems' ? reading.problems : [];
  // A route may lead to a provider whose file cannot be read.
  const told = described.problems.length === 0 ? misread : misread.filter((each) => !ABOUT_ROUTES.test(each));
  const problems = [...told, ...described.problems, ...(problem === null ? [] : [problem])];
  // A setting is often missing because its name is misspelt.
  if (problems.length > 0 || reading.kind === 'problems')
    return { kind: 'problems', problems: [...problems, ...warnings], production: isProduction() };
  if (reading.config.phoneNumbers.testPhones.haveEnded(systemClock.now())) {
    warnings.push('TEST_PHONES_UNTIL is in the past: the numbers of TEST_PHONES no longer work.');
  }
  return { ...reading, warnings: [...warnings, ...reading.warnings] };
}

/** The providers of an operator's own files. What reads them is loaded only where there are some. */
async function providersInFiles(list: string | undefined): Promise<DescribedProviders> {
  const paths = splitList(list);
  if (paths.length === 0) return { providers: [], problems: [] };
  const { readProviderFiles } = await import('../providers/described/description-file.js');
  const known = { providers: providerList.map(({ name }) => name), settings: Object.keys(settings) };
  return readProviderFiles(paths, known);
}

function isProduction(): boolean {
  return process.env['NODE_ENV']?.trim() === 'production';
}

/** The environment wins over the file, also with an empty value. That is easily overlooked. */
function emptyInEnvironment(values: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(values).filter((name) => process.env[name]?.trim() === '' && values[name] !== '');
  return names.map((name) => `${name} is empty in the environment, which wins over the file ${ENV_FILE}.`);
}
