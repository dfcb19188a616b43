import { expect, test } from 'vitest';
import { type BusyTime, runFuzz } from './run.js';
import { signIn } from '../support/operations/operations.js';
import { startService } from '../support/service.js';

/** Of fuzzer and service together. */
function busyTime(): BusyTime {
  const { user, system } = process.cpuUsage();
  return { loop: performance.eventLoopUtilization().active, processor: (user + system) / 1000 };
}

/** `npm run fuzz` sends a hundred thousand. */
test('A3: 1,500 random and mutated requests: no 5xx, no hang, no surprise, and the service goes on', async () => {
  const service = await startService({ env: { TEST_PHONES: '+15005550009=123456', FEDERATION: 'on' } });
  const { failures, inputs, outcomes } = await runFuzz({
    port: Number(new URL(service.url).port),
    seed: 20_261_121,
    inputs: 1_500,
    concurrency: 8,
    busyTime,
  });
  const surprises = service.logs.filter((line) => JSON.parse(line).level >= 50);
  const after = await signIn(service, '+9779811111111');
  const asked = service.logs.some((line) => String(JSON.parse(line).fields).includes('_entities'));
  await service.close();

  expect(failures).toEqual([]);
  expect(surprises).toEqual([]);
  expect(inputs).toBe(1_500);
  expect(asked).toBe(true);
  expect(after.__typename).toBe('VerifyOtpSuccess');
  // Inputs that never get past the door would show nothing.
  const reached = [
    'RequestOtpSuccess',
    'InvalidOtpError',
    'InvalidCredentialsError',
    'InvalidInputError',
    'UNAUTHENTICATED',
  ];
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining([...reached, 'DOCUMENT_LIMIT_EXCEEDED']));
});
