import { version } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { eventTable } from '../../src/events/event.table.js';
import { systemClock } from '../../src/platform/clock.js';
import { systemRandom } from '../../src/platform/random.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The service and PostgreSQL may have different clocks. */
const MINUTE = 60_000;
const [at, userId] = [systemClock.now(), systemRandom.uuid()];
const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

test.each([
  ['of the audit trail', () => database.db.insert(auditEventTable).values({ at, kind: 'registered' }).returning()],
  ['for other services', () => database.db.insert(eventTable).values({ at, userId, kind: 'user.created' }).returning()],
])(
  'an event %s, which PostgreSQL names, lies beside the rows that the service names at that time',
  async (_, insert) => {
    const [event] = await insert();
    const id = event?.id ?? '';

    expect(version(id)).toBe(7);
    const difference = timeOf(id) - timeOf(systemRandom.rowId(systemClock));
    expect(Math.abs(difference)).toBeLessThan(MINUTE);
  },
);
