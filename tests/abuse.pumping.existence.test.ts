import { expect, test } from 'vitest';
import { signIn } from './support/operations.js';
import { ask, GUARDED, isPaused, numberIn, pausesOf, probing, signUp } from './support/pumping.js';
import { startService } from './support/service.js';

/** Somebody who wants to know whether a number has an account asks for codes to it, and watches the pumping guard. */

const RANGE = '25567910';

/** What the answers to nine requests for codes that nobody types say of pauses. */
async function watch({ hasAccount }: { hasAccount: boolean }): Promise<boolean[]> {
  const service = await startService({ random: probing(false), env: GUARDED });
  try {
    await signUp(service, '25578420', 6);
    const [watched, neighbour] = [numberIn(RANGE, 1), numberIn(RANGE, 2)];
    await signIn(service, hasAccount ? watched : neighbour);
    service.clock.advance(3600);
    const answers: boolean[] = [];
    for (let round = 0; round < 9; round += 1) {
      answers.push(isPaused(await ask(service, watched)));
      service.clock.advance(1200);
    }
    expect(await pausesOf(service)).toHaveLength(1);
    return answers;
  } finally {
    await service.close();
  }
}

test('codes to one number pause its range at the same moment, whether it has an account or not', async () => {
  const known = await watch({ hasAccount: true });
  const unknown = await watch({ hasAccount: false });

  expect(known).toEqual(unknown);
  expect(known).toContain(true);
});
