import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccounts, memoryStorage } from '../../client/src/index.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('an application signs a user in, asks as them, and signs them out', async () => {
  const accounts = createAccounts({ url: `${service.url}/graphql`, storage: memoryStorage() });
  expect(await accounts.ready).toBeNull();

  const sent = await accounts.requestOtp({ phoneNumber: '+255 679 190 720' });
  const done = await accounts.verifyOtp({ otp: service.phone.code('+255679190720') });
  expect([sent.__typename, done.__typename]).toEqual(['RequestOtpSuccess', 'VerifyOtpSuccess']);
  expect(accounts.session?.user.phoneNumber).toBe('+255679190720');
  expect(await accounts.request('{ me { phoneNumber } }')).toEqual({ me: { phoneNumber: '+255679190720' } });

  service.clock.advance(901);
  expect((await accounts.me())?.phoneNumber).toBe('+255679190720');
  expect(await accounts.logout()).toMatchObject({ endedSessions: 1 });
  expect(accounts.session).toBeNull();
});
