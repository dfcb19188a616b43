import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBehindTheAnswer } from '../../tests/support/postgres/behind-the-answer.js';

const SECRET = 'a secret for the benchmark that is long enough';
const WIDE = '1000000';
const SETTINGS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  APP_SECRET: SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  FIELD_RATE_LIMIT: WIDE,
  HTTP_RATE_LIMIT: WIDE,
  SENDS_PER_NETWORK_PER_HOUR: WIDE,
  SENDS_PER_COUNTRY_PER_HOUR: '10000000',
  SENDS_PER_DAY: '1000000000',
  OTP_SENDS_PER_HOUR: '1000',
  OTP_SENDS_PER_DAY: '1000',
  // Who is known asks again in the same turn.
  OTP_RESEND_COOLDOWN: '1',
  // Each refresh makes a new generation.
  REFRESH_GRACE: '0',
  FAILURES_PER_NETWORK_PER_HOUR: WIDE,
  FAILURES_PER_HOUR: WIDE,
  REGISTRATIONS_PER_NETWORK_PER_HOUR: WIDE,
  REGISTRATIONS_PER_DAY: WIDE,
};

/**
 * A checkout of this project as a subject of the benchmark, with GraphQL or with its services on a bare HTTP server. All its
 * limits are at work, but so wide that the benchmark does not meet them. Its messages go to a function that accepts them.
 * @param build the folder of the checkout
 * @param settings further settings
 */
export async function ours({ name, dialect, script, build, settings = {} }) {
  const built = (file) => import(pathToFileURL(join(build, 'dist', file)).href);
  const [{ importCities }, { migrateDatabase }] = [await built('app.js'), await built('database/migrate.js')];
  const [{ deriveOtp }, { appSecret }] = [await built('otp/otp-code.js'), await built('platform/app-secret.js')];
  const key = appSecret(SECRET).key('otp-code');
  return {
    name,
    script: fileURLToPath(new URL(`../floor/${script}`, import.meta.url)),
    env: (databaseUrl) => ({ ...SETTINGS, ...settings, BENCH_BUILD: build, DATABASE_URL: databaseUrl }),
    /** Another process signs the tokens that are new to the one that is measured. */
    issuesElsewhere: true,
    operations: ['requestOtp', 'verifyOtp', 'me', 'refreshSession', 'register', 'login'],
    isBehindTheAnswer,
    request: dialect.request,
    read: dialect.read,
    async prepare(databaseUrl) {
      await migrateDatabase(databaseUrl);
      await importCities(databaseUrl);
    },
    /** Derives the codes again that were sent to the numbers. */
    async codesOf(sql, numbers) {
      const rows = await sql`
        SELECT phone_number AS destination, challenge_id AS "challengeId", purpose FROM otp_challenges
        WHERE phone_number = ANY(${numbers}) AND purpose = 'SIGN_IN'`;
      const codes = new Map(rows.map((row) => [row.destination, deriveOtp(key, row)]));
      return numbers.map((number) => codes.get(number));
    },
  };
}
