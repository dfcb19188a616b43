import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from './support/service.js';
import { login } from './support/session-operations.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test.each(['a\u0000b', 'a@\u0000b.com', '\u0000', '\ud800', '\u202e@b.com'])(
  'an identifier that no database takes (%j) is answered as anything else that nobody has',
  async (identifier) => {
    const { __typename } = await login(service, { identifier, password: 'whatever it may be' });
    expect(['InvalidCredentialsError', 'InvalidInputError']).toContain(__typename);
  },
);
