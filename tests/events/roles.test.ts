import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/database/migrate.js';
import { tables } from '../../src/tables.js';
import { signInOn } from '../support/devices.js';
import { tellEvents } from '../support/events/event-steps.js';
import { type EventReceiver, EVENTS_SECRET, startEventReceiver } from '../support/events/receiver.js';
import { EmptyDatabase } from '../support/postgres/empty-database.js';
import { runGrants } from '../support/postgres/grants.js';
import { startService } from '../support/service.js';

/** The triggers that write events, for roles with few rights, in schemas of any name. */

let database: EmptyDatabase;
let receiver: EventReceiver;
beforeEach(async () => {
  database = await EmptyDatabase.make();
  receiver = await startEventReceiver();
});
afterEach(async () => {
  await receiver.close();
  await database.drop();
});

/** An installation in a schema of its own, with an owner who migrates and a role for the service. */
async function install(schema: string) {
  const [owner, app] = [await database.role(`${schema}_owner`), await database.role(`${schema}_app`)];
  await database.admin.unsafe(`CREATE SCHEMA ${schema} AUTHORIZATION ${owner.name}`);
  for (const { name } of [owner, app]) await database.admin.unsafe(`ALTER ROLE ${name} SET search_path = ${schema}`);
  await runGrants(owner.url, { schema, role: app.name });
  await migrateDatabase(owner.url, { tables });
  return app;
}

test('a service that may only read and write rows has its events delivered', async () => {
  const app = await install('accounts');
  const service = await startService({ databaseUrl: app.url, env: { EVENTS_URL: receiver.url, EVENTS_SECRET } });
  try {
    const { userId } = await signInOn(service, '+9779800017301');
    await tellEvents(service);
    expect(receiver.typesOf(userId)).toEqual(['user.created', 'user.phone_verified', 'session.started']);
  } finally {
    await service.close();
  }
});

test('an operator who deletes an account from another schema writes its event where the account was', async () => {
  const app = await install('accounts');
  await install('others');
  const service = await startService({ databaseUrl: app.url, env: { EVENTS_URL: receiver.url, EVENTS_SECRET } });
  try {
    const { userId } = await signInOn(service, '+9779800017302');
    await database.admin`SET search_path = others`;
    await database.admin`DELETE FROM accounts.users WHERE id = ${userId}`;
    await tellEvents(service);
    expect(receiver.typesOf(userId)).toEqual(['user.deleted']);
  } finally {
    await service.close();
  }
});
