import { describe, expect, test } from 'vitest';
import type { ImportedAccount } from '../../src/import/account-form.js';
import { decideRow, type RowDecision } from '../../src/import/decision.js';

/** What becomes of a row whose account is there already: what both have on the left, what is decided on the right. */

const NOBODY = {
  ...{ externalId: '7', phoneNumber: null, phoneVerified: false, email: null, emailVerified: false },
  ...{ username: null, firstName: null, lastName: null, passwordHash: null, lastUsedAt: null },
};
const [NUMBER, OTHER_NUMBER] = ['+9779800000001', '+9779800000002'];
const HASH = 'imported:$2b$05$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW';
const LONG_AGO = '2024-01-31T12:00:00.000Z';
type Fields = Partial<Omit<ImportedAccount, 'line' | 'problems'>>;

function decide(own: Fields, row: Fields, used = false): RowDecision {
  const facts = { numberOwner: null, emailOwner: null, usernameOwner: null };
  return decideRow(
    { ...NOBODY, ...row, line: 1, problems: [] },
    { ...facts, own: { ...NOBODY, ...own, id: 'own', used } },
    new Set(),
  );
}

describe('a row with the id of an account', () => {
  test.each<[string, Fields, Fields, RowDecision['kind']]>([
    ['is the same', { phoneNumber: NUMBER }, { phoneNumber: NUMBER }, 'unchanged'],
    ['has its number', { phoneNumber: NUMBER }, { phoneNumber: NUMBER, email: 'a@example.com' }, 'update'],
    [
      'has another number and its address',
      { phoneNumber: NUMBER, email: 'a@example.com' },
      { phoneNumber: OTHER_NUMBER, email: 'A@Example.com' },
      'update',
    ],
    ['has another number and its username', { phoneNumber: NUMBER, username: 'a.1' }, { username: 'A.1' }, 'update'],
    [
      'has another address and its number',
      { phoneNumber: NUMBER, email: 'a@example.com' },
      { phoneNumber: NUMBER, email: 'b@example.com' },
      'update',
    ],
    [
      'has another number and its salted hash',
      { phoneNumber: NUMBER, passwordHash: HASH },
      { phoneNumber: OTHER_NUMBER, passwordHash: HASH },
      'update',
    ],
    ['comes to an account without names', { firstName: 'Asha' }, { phoneNumber: NUMBER, firstName: 'Bina' }, 'update'],
    ['says when it was last used', { phoneNumber: NUMBER }, { phoneNumber: NUMBER, lastUsedAt: LONG_AGO }, 'update'],
    ['no longer says it', { phoneNumber: NUMBER, lastUsedAt: LONG_AGO }, { phoneNumber: NUMBER }, 'unchanged'],
    ['has another number', { phoneNumber: NUMBER }, { phoneNumber: OTHER_NUMBER }, 'refused'],
    [
      'has another number, and the first and last name',
      { phoneNumber: NUMBER, firstName: 'Asha', lastName: 'Rai' },
      { phoneNumber: OTHER_NUMBER, firstName: 'Asha', lastName: 'Rai' },
      'refused',
    ],
    ['has an address and no number', { phoneNumber: NUMBER }, { email: 'a@example.com' }, 'refused'],
    [
      'has another of each',
      { phoneNumber: NUMBER, email: 'a@example.com', username: 'a.1', passwordHash: HASH },
      { phoneNumber: OTHER_NUMBER, email: 'b@example.com', username: 'b.1', passwordHash: null },
      'refused',
    ],
  ])('%s', (_name, own, row, kind) => {
    const decision = decide(own, row);
    expect(decision.kind).toBe(kind);
    if (decision.kind !== 'refused') return;
    expect(decision.problems).toMatchObject([{ field: 'externalId', code: 'TAKEN' }]);
  });

  test('has nothing in common with it, and the account was used or changed here since', () => {
    expect(decide({ phoneNumber: NUMBER }, { phoneNumber: OTHER_NUMBER }, true).kind).toBe('left');
  });
});

test('a row without an id is known by its first name, which the account has', () => {
  const decision = decide(
    { externalId: null, phoneNumber: NUMBER, email: 'a@example.com' },
    { externalId: null, phoneNumber: NUMBER, email: 'b@example.com' },
  );
  expect(decision.kind).toBe('update');
});
