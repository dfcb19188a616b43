import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { START_SCRIPT } from '../support/process/process-service.js';

/** A mistake in the code, or in a package, that nothing catches. Machines read what the process says of it. */

const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: 'a secret for tests that is long enough for them',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
  HOST: '127.0.0.1',
  DRAIN_SECONDS: '0',
};

const MISTAKES = {
  'an exception': `setTimeout(() => { throw new Error('a mistake') })`,
  'a rejection': `void Promise.reject(new Error('a mistake'))`,
};

let place: ProcessPlace;
beforeEach(async () => {
  place = await ProcessPlace.makeSetUp();
});
afterEach(() => place.end());

/** Loaded before the service: a warning at once, and the mistake several times at a signal. */
async function startWith(mistake: string) {
  const file = join(place.folder, 'mistake.mjs');
  const several = `for (const _ of [1, 2, 3]) ${mistake};`;
  await writeFile(file, `process.on('SIGUSR2', () => { process.emitWarning('a warning'); ${several} });`);
  return place.startReady({ command: [process.execPath, '--import', file, START_SCRIPT], env: PRODUCTION });
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test.each(Object.entries(MISTAKES))(
  '%s that nothing catches is one line of JSON, and the process stops cleanly with a failure',
  async (name, mistake) => {
    const service = await startWith(mistake);
    await fetch(`${service.url}/healthz`);
    // It is logged after the answer.
    await eventually(async () => service.stdout.includes('/healthz') || null);
    service.tell('SIGUSR2');
    const { code, stdout, stderr } = await service.ended;

    expect(code).toBe(1);
    expect(stderr).toBe('');
    // No tracer is there.
    expect(stdout).not.toContain('trace_id');
    const lines = linesOf(stdout);
    expect(lines.filter(({ level }) => level === 60)).toEqual([
      {
        level: 60,
        time: expect.any(String),
        origin: name === 'a rejection' ? 'unhandledRejection' : 'uncaughtException',
        err: { type: 'Error', message: 'a mistake', stack: expect.stringContaining('mistake.mjs') },
        msg: 'unexpected failure: the process ends',
      },
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, msg: 'warning of Node' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'request', reqId: expect.any(String), path: '/healthz' }),
    );
    // The bundled PostgreSQL was stopped as well.
    await eventually(async () => (service.groupLives ? null : true));
  },
);
