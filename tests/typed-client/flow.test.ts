import { afterAll, beforeAll, expect, it } from 'vitest';
import { form, signIn } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { adviceOn, afterVerifyOtp, askAndFollow, signUp } from './flow.js';
import type { RegisterInput } from './generated/graphql.js';

/** A client that GraphQL Code Generator made from schema.graphql, against the service. */

const phoneNumber = '+9779812345678';
let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function signUpWith(changes: Partial<RegisterInput> = {}) {
  const registration = form({ phoneNumber, ...changes }) as RegisterInput;
  return signUp({
    api: { url: service.url },
    form: registration,
    readCode: async () => service.phone.code(phoneNumber),
  });
}

it('a typed client registers, proves the number and reads the profile', async () => {
  expect(await signUpWith()).toMatchObject({ phoneNumber, phoneVerified: true, firstName: 'Rishi', role: 'USER' });
});

it('a typed client shows what to correct beside each field', async () => {
  const problems = new Map([
    ['phoneNumber', 'Start with the country code, for example +977.'],
    ['passwordConfirm', 'The two passwords do not match.'],
  ]);
  expect(await signUpWith({ phoneNumber: '12345', passwordConfirm: 'Another123!' })).toEqual({
    show: 'form',
    problems,
  });
});

it('a typed client follows a message, and tells what to do where it does not arrive', async () => {
  const number = '+9779812345679';
  const { outbox, deliveries } = service.background;
  const { deviceToken } = await signIn(service, number);
  service.clock.advance(60);
  const call = { channel: 'VOICE', deviceToken, sent: () => outbox.drain() } as const;
  const sent = await askAndFollow({ url: service.url }, number, call);
  expect([sent, adviceOn(sent)]).toEqual([expect.objectContaining({ status: 'SENT', channel: 'VOICE' }), null]);

  service.clock.advance(60);
  const lost = async () => {
    await outbox.drain();
    for (const { id: messageId, providerMessageId } of await messagesTo(service, number)) {
      const report = { messageId, providerMessageId, provider: 'console', state: 'failed' } as const;
      await deliveries.report({ ...report, failure: 'not_answered' });
    }
  };
  const failed = await askAndFollow({ url: service.url }, number, { ...call, sent: lost });
  expect(failed).toMatchObject({ status: 'FAILED', problem: 'NOT_ANSWERED' });
  expect(adviceOn(failed)).toEqual({ text: failed?.message, otherWays: ['SMS'] });
});

it('a typed client shows the message of a failure that a newer service adds', () => {
  const added = JSON.parse('{ "__typename": "NotInventedYetError", "message": "Solve the captcha first." }');
  expect(afterVerifyOtp(added)).toEqual({ show: 'message', text: 'Solve the captcha first.' });
});
