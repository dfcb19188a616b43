import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type AuditActor, auditEventTable } from '../../audit/audit-event.table.js';
import { guessBudgetTable } from '../../budgets/guess-budget.table.js';
import { rateBudgetTable } from '../../budgets/rate-budget.table.js';
import { rowFromJson } from '../../database/rows.js';
import { deviceTable } from '../../devices/device.table.js';
import { messageTable } from '../../messaging/message.table.js';
import { refusedNumberTable } from '../../messaging/refused-number.table.js';
import { type ChallengePurpose, purposeOf, scopeOf } from '../../otp/otp-purpose.js';
import { numberPauseTable } from '../../otp/number-pause.table.js';
import { otpChallengeTable } from '../../otp/otp-challenge.table.js';
import { passkeyTable } from '../../passkeys/passkey.table.js';
import { sessionTable } from '../../sessions/session.table.js';
import { codeRequestTable } from '../../sign-in/code-requests/code-request.table.js';
import { continuationTable } from '../../sign-in/continuation.table.js';
import { userTable } from '../../users/user.table.js';
import { numberChangeTable } from '../number-change.table.js';

/** A table with rows about people, and its columns that are no data of theirs: secrets, and what secrets are made from. */
interface PersonalTable {
  readonly table: PgTable;
  readonly secret: readonly string[];
}

/** Everything that is kept about people. Each is a list of the export; a table that names people belongs here. */
export const personalTables = {
  account: { table: userTable, secret: ['password_hash'] },
  sessions: { table: sessionTable, secret: [] },
  devices: { table: deviceTable, secret: [] },
  codes: { table: otpChallengeTable, secret: ['challenge_id', 'secret_id'] },
  messages: { table: messageTable, secret: ['challenge_id'] },
  numberChanges: { table: numberChangeTable, secret: ['token_hash', 'email_token_hash', 'password_seal'] },
  waitingSignIns: { table: continuationTable, secret: ['new_password_hash'] },
  passkeys: { table: passkeyTable, secret: [] },
  unreachable: { table: refusedNumberTable, secret: [] },
  wrongGuesses: { table: guessBudgetTable, secret: [] },
  sends: { table: rateBudgetTable, secret: [] },
  pauses: { table: numberPauseTable, secret: [] },
  // A stranger may have asked.
  codeRequests: { table: codeRequestTable, secret: ['request_id', 'ip_address'] },
  events: { table: auditEventTable, secret: [] },
} as const satisfies Readonly<Record<string, PersonalTable>>;

export type PersonalKind = keyof typeof personalTables;

/** One list for each kind of record. */
export type PersonalData = Readonly<Record<PersonalKind, readonly object[]>>;

/** The row as it is exported: the names of the code, without the secret columns and without other accounts. */
export function exportedRow(kind: PersonalKind, row: Record<string, unknown>, userId: string): object {
  const { table, secret }: PersonalTable = personalTables[kind];
  const columns = Object.entries(getTableColumns(table));
  const secretNames = columns.flatMap(([name, column]) => (secret.includes(column.name) ? [name] : []));
  const entries = Object.entries(rowFromJson(table, row)).filter(([name]) => !secretNames.includes(name));
  const exported = Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'purpose' ? told(value, userId) : value]),
  );
  return BY_OTHERS.includes(String(exported['actorKind'])) ? { ...exported, ...NOBODY } : exported;
}

const BY_OTHERS: readonly string[] = ['ADMINISTRATOR', 'SERVICE_TOKEN'] satisfies readonly AuditActor[];

/** What an event says of the administrator or the service that did it. It is no data of the user. */
const NOBODY = {
  actorId: null,
  actorName: null,
  sessionId: null,
  deviceId: null,
  ipAddress: null,
  userAgent: null,
  requestId: null,
} as const satisfies Partial<typeof auditEventTable.$inferSelect>;

/** A stranger may have asked for a code to the number. For which account it was is told to that account only. */
function told(value: unknown, userId: string): ChallengePurpose | null {
  const purpose = value as ChallengePurpose | null;
  if (purpose === null || purposeOf(purpose) === 'PROVE_NUMBER' || scopeOf(purpose) === userId) return purpose;
  return purposeOf(purpose);
}

export function tableOf(kind: PersonalKind): string {
  return getTableName(personalTables[kind].table);
}
