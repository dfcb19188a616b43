import { BreachedPasswordFile } from '../users/breached-passwords.js';
import { type ConfigReading, readConfig } from './config.js';

/**
 * Reads the environment; for names that are not set there, the file `.env` in the working folder. Files that settings
 * name are checked as well, so that a wrong file is reported together with all other problems.
 */
export async function readEnvironment(): Promise<ConfigReading> {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (code !== 'ENOENT') return { kind: 'problems', problems: [`The file .env cannot be read (${code}).`] };
  }
  const reading = readConfig(process.env);
  const path = process.env['BREACHED_PASSWORDS_FILE'];
  const problem = path ? await BreachedPasswordFile.problem(path) : null;
  if (problem === null) return reading;
  return { kind: 'problems', problems: [...(reading.kind === 'problems' ? reading.problems : []), problem] };
}
