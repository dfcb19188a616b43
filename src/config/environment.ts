import { type ConfigReading, readConfig } from './config.js';

/** Reads the environment, and the file `.env` in the working folder for what is not set there. */
export function readEnvironment(): ConfigReading {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (code !== 'ENOENT') return { kind: 'problems', problems: [`The file .env cannot be read (${code}).`] };
  }
  return readConfig(process.env);
}
