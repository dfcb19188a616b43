import { expect, test, vi } from 'vitest';
import { PasswordHasher } from '../../src/users/password.js';

vi.mock('bcrypt', () => ({
  default: {
    compare: async () => {
      throw new Error('no such parameters');
    },
  },
}));

test('a hash of another system that cannot be checked is a wrong password, and the log says so', async () => {
  const faults: unknown[] = [];
  const hasher = new PasswordHasher({
    ...{ threads: 2, cores: 2, longestWaitMs: 1000 },
    cost: { memoryCost: 1024, timeCost: 2 },
    onFailedCheck: (error) => void faults.push(error),
  });
  const stored = 'imported:$2b$05$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW';
  expect(await hasher.verify('any password', stored)).toBe(false);
  expect(faults).toMatchObject([{ message: 'no such parameters' }]);
});
