import { BreachedPasswordFile } from '../users/breached-passwords.js';
import { type ConfigReading, readConfig } from './config.js';

/**
 * Reads the environment, and the file `.env` in the working folder for what is not set there. Files that settings name
 * are looked into as well, so that a wrong one is told with everything else that is wrong, before anything is opened.
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
