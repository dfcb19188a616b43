import { afterAll, beforeAll, expect, test } from 'vitest';
import { form } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { login, registered } from '../support/operations/session-operations.js';

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

test.each([
  ['İ', 'i'],
  ['\u212a', 'k'],
])(
  'E2: a letter that has %j as another case of itself does not tell whether somebody has the address',
  async (strange, plain) => {
    const guess = (identifier: string) => login(service, { identifier, password: 'whatever it may be' });
    await registered(
      service,
      form({ email: `${plain}an@example.com`, phoneNumber: `+97798000091${plain.charCodeAt(0) % 90}` }),
    );
    const somebody = [await guess(`${plain}an@example.com`), await guess(`${strange}an@example.com`)];
    const nobody = [await guess(`${plain}vy@example.com`), await guess(`${strange}vy@example.com`)];
    expect(somebody).toEqual(nobody);
  },
);
