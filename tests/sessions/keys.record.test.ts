import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { KEY_LIFE } from '../../src/sessions/signing-key-schedule.js';
import { notice, otherProcess, rotate, storedKeys, withdraw } from '../support/keys.js';
import { inParallel } from '../support/operations/operations.js';
import { rotateKeys } from '../../src/sessions/signing-key-rotation.js';
import { startService, type TestService } from '../support/service.js';

/** Who looks at the audit trail sees when and why the key that everything rests on was changed. */

let service: TestService;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

function record() {
  return service.db.select().from(auditEventTable).orderBy(auditEventTable.at, auditEventTable.id);
}

const nobody = { kind: 'signing_key_rotated', userId: null, sessionId: null, ipAddress: null };

test('the first key of a new service is no rotation', async () => {
  expect(await storedKeys(service)).toHaveLength(1);
  expect(await record()).toEqual([]);
});

test('a rotation by an operator is on record, once, however many ask at the same moment', async () => {
  const outcomes = await inParallel(3, () => rotateKeys(otherProcess(service)));
  const kid = outcomes[0]?.key.kid;
  expect(await record()).toEqual([
    expect.objectContaining({ ...nobody, at: service.clock.now(), details: { kid, reason: 'operator' } }),
  ]);
});

test('so is one because the key was old', async () => {
  service.clock.advance(KEY_LIFE);
  await notice(service);
  const kid = (await storedKeys(service)).at(-1)?.kid;
  expect(await record()).toEqual([expect.objectContaining({ ...nobody, details: { kid, reason: 'age' } })]);
});

test('so is a withdrawal, with the keys that went', async () => {
  await rotate(service);
  service.clock.advance(1);
  const { kid, withdrawn } = await withdraw(service);
  expect(withdrawn).toHaveLength(2);
  const [, last] = await record();
  expect(last).toMatchObject({ ...nobody, details: { kid, reason: 'leak', withdrawn } });
});

test('no record holds a private key', async () => {
  await rotate(service);
  await withdraw(service);
  const told = JSON.stringify(await record());
  for (const { encryptedPrivateJwk } of await storedKeys(service)) expect(told).not.toContain(encryptedPrivateJwk);
  expect(told).not.toMatch(/"d":|"eyJ/);
});
