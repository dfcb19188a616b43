import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { requestOtp } from '../support/operations/operations.js';
import { freePort } from '../support/process/free-port.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { type ServiceProcess, START_SCRIPT } from '../support/process/process-service.js';

/** The disk that takes the log is full, or the program that reads it stands still. People sign in all the same. */

/** Nothing listens there, so each text ends in a line of the log. */
const TEXTS_THAT_FAIL = {
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a token',
  TWILIO_PHONE_NUMBER: '+15005550006',
  TWILIO_BASE_URL: 'http://127.0.0.1:9',
  LOG_LEVEL: 'info',
};
const NODE = `exec '${process.execPath}' '${START_SCRIPT}'`;

let place: ProcessPlace;
beforeEach(async () => {
  place = await ProcessPlace.makeSetUp();
});
afterEach(() => place.end());

async function startInShell(script: string) {
  const metricsPort = String(await freePort());
  const env = { ...TEXTS_THAT_FAIL, PATH: process.env['PATH'] ?? '', METRICS_PORT: metricsPort };
  const service = await place.startReady({ command: ['sh', '-c', script], env });
  return { service, metrics: `http://127.0.0.1:${metricsPort}/metrics` };
}

describe('a service whose log nobody can write', () => {
  async function askForCodes(service: ServiceProcess) {
    for (const last of [1, 2, 3]) {
      const answer = await requestOtp(service.client, { phoneNumber: `+977980006800${last}` });
      expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess' });
      // Behind the answer the text fails, and that is logged.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const alive = await fetch(`${service.url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    expect(alive.status).toBe(200);
  }

  test.each([
    // Open for reading too, so that it stays a pipe, and full before the first line.
    ['a full pipe that nobody reads', `mkfifo log; exec 3<>log; head -c 65536 /dev/zero >&3; ${NODE} >&3 3>&-`],
    ['a pipe that nobody reads any more', `mkfifo log; cat log >/dev/null & exec >log; kill $!; wait; ${NODE}`],
  ])('goes on when its log is %s, and stops when it is told to', async (_name, script) => {
    const { service } = await startInShell(script);
    await askForCodes(service);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  test('goes on when its log is a full disk, counts the lines that it dropped, and stops when it is told to', async () => {
    const { service, metrics } = await startInShell(`${NODE} > /dev/full`);
    await askForCodes(service);
    const dropped = await eventually(async () => {
      const text = await (await fetch(metrics)).text();
      return /^phone_accounts_log_lines_dropped_total ([1-9]\d*)$/m.exec(text)?.[1];
    });
    expect(Number(dropped)).toBeGreaterThan(0);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });
});
