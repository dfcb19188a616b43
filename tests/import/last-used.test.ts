import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportRepository } from '../../src/import/import.repository.js';
import { ImportUsersService } from '../../src/import/import-users.service.js';
import { readLastUsed } from '../../src/import/last-used.js';
import type { ReportLine } from '../../src/import/report-file.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { systemRandom } from '../../src/platform/random.js';
import { startService, type TestService } from '../support/service.js';
import { showCode } from '../support/sleepers.js';

/** A number may have changed hands while its account slept in the old system. An import must not wake the account. */

const DAY = 86_400_000;

let service: TestService;
let folder: string;
beforeAll(async () => {
  service = await startService({ env: { OTP_RESEND_COOLDOWN: '1' } });
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-last-used-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await service.close();
});

async function imported(...rows: object[]) {
  const file = join(folder, 'users');
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const lines: ReportLine[] = [];
  const importing = new ImportUsersService({
    repository: new ImportRepository(service.db),
    phoneNumbers: { defaultRegion: null, exampleCountry: 'NP', testPhones: new TestPhones(new Map(), null) },
    clock: service.clock,
    random: systemRandom,
  });
  const report = async (told: readonly ReportLine[]) => void lines.push(...told);
  const { withoutLastUse, ...counts } = await importing.run({
    ...{ file, dryRun: false, onProgress: () => undefined, report },
  });
  return { counts, withoutLastUse, lines };
}

function daysAgo(days: number): Date {
  return new Date(service.clock.now().getTime() - days * DAY);
}

async function lastUse(externalId: string): Promise<Date> {
  const [row] = await service.db.execute(sql`SELECT last_used_at FROM users WHERE external_id = ${externalId}`);
  return new Date(String(row?.['last_used_at']));
}

test('a new owner of a number does not get the account that slept for two years in the old system', async () => {
  const [slept, fresh, unsaid] = ['+9779800030001', '+9779800030002', '+9779800030003'];
  const verified = { phoneVerified: true, email: 'slept@example.com', emailVerified: true };
  const { withoutLastUse } = await imported(
    { externalId: 'slept', phoneNumber: slept, ...verified, lastUsedAt: daysAgo(730).toISOString() },
    { externalId: 'fresh', phoneNumber: fresh, phoneVerified: true, lastUsedAt: daysAgo(3).getTime() },
    { externalId: 'unsaid', phoneNumber: unsaid, phoneVerified: true },
  );
  expect(withoutLastUse).toBe(1);

  expect(await showCode(service, slept)).toMatchObject({
    __typename: 'FurtherProofRequiredError',
    methods: ['EMAIL_OTP'],
  });
  expect(await showCode(service, fresh)).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: false });
  expect(await showCode(service, unsaid)).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: false });
});

test('a later export corrects the last use of accounts that were not used here, and of no others', async () => {
  const phoneNumber = '+9779800030011';
  const row = { externalId: 'later', phoneNumber, phoneVerified: true };
  await imported(row);
  service.clock.advance(60);
  expect(await imported({ ...row, lastUsedAt: daysAgo(400) })).toMatchObject({ counts: { updated: 1 } });
  const said = await lastUse('later');
  expect(said).toEqual(daysAgo(400));
  service.clock.advance(60);
  // Neither an export without the column nor a change of something else wakes it.
  expect(await imported(row)).toMatchObject({ counts: { unchanged: 1 } });
  expect(await imported({ ...row, firstName: 'Asha' })).toMatchObject({ counts: { updated: 1 } });
  expect(await lastUse('later')).toEqual(said);
  expect(await imported({ ...row, firstName: 'Asha', lastUsedAt: service.clock.now() })).toMatchObject({
    counts: { updated: 1 },
  });
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  expect(await imported({ ...row, lastUsedAt: daysAgo(400) })).toMatchObject({ counts: { left: 1 } });
});

test('a row with a last use that is to come, or cannot be read, is refused: the account would count as in use', async () => {
  const row = { phoneNumber: '+9779800030021', phoneVerified: true };
  const wrong = [daysAgo(-1).toISOString(), 'yesterday', '2024-05-01 10:00:00', '2024-02-31', true];
  const { counts, lines } = await imported(
    ...wrong.map((lastUsedAt, index) => ({ ...row, externalId: `wrong-${index}`, lastUsedAt })),
  );
  expect(counts).toMatchObject({ imported: 0, refused: wrong.length });
  expect(lines.map(({ externalId }) => externalId)).toEqual(wrong.map((_, index) => `wrong-${index}`));
  for (const { problems } of lines)
    expect(problems).toEqual([{ field: 'lastUsedAt', code: 'INVALID_FORMAT', message: expect.any(String) }]);
});

test.each([
  ['2024-05-01T10:00:00Z', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01T10:00:00.123456+00:00', '2024-05-01T10:00:00.123Z'],
  ['2024-05-01 10:00:00.12+00', '2024-05-01T10:00:00.120Z'],
  ['2024-05-01T15:45+0545', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01 06:00:00 -04:00', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01', '2024-05-01T00:00:00.000Z'],
  ['1714557600', '2024-05-01T10:00:00.000Z'],
  ['1714557600000', '2024-05-01T10:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('the last use is read as databases write it: %s', (typed, read) => {
  expect(readLastUsed(typed, new Date())).toEqual({ at: new Date(read) });
});
