import type { ImportedAccount } from './account-form.js';
import { canBeOpened, type RowDecision } from './decision.js';

/** Rows that the summary names by their lines. The report has all of them. */
const MOST_NAMED = 10;

/** A row of the file, and what becomes of it. */
export interface Decided {
  readonly row: ImportedAccount;
  readonly decision: RowDecision;
}

export interface ImportSummary {
  rows: number;
  imported: number;
  /** Of the imported ones: with a number that the file calls verified. */
  verified: number;
  /** Without a verified number or email address. */
  onlyRegistered: number;
  updated: number;
  unchanged: number;
  /** There already, and used or changed since. */
  left: number;
  refused: number;
  /** Accounts in the database whose password could not be taken. */
  withoutPassword: number;
  /** Accounts in the database that no person can sign in to. */
  withoutWayIn: number;
  /** The lines of the first of them. */
  readonly linesWithoutWayIn: number[];
  /** Of the imported ones: with a verified number, and without the time of their last use. */
  withoutLastUse: number;
  /** Rows with lines in the report. */
  reported: number;
  /** Fields that the file has and nothing reads. */
  readonly unknownFields: Set<string>;
}

export function emptySummary(): ImportSummary {
  return {
    ...{ rows: 0, imported: 0, verified: 0, onlyRegistered: 0, updated: 0, unchanged: 0, left: 0, refused: 0 },
    ...{ withoutPassword: 0, withoutWayIn: 0, linesWithoutWayIn: [], withoutLastUse: 0, reported: 0 },
    unknownFields: new Set(),
  };
}

export const COUNTED = {
  insert: 'imported',
  update: 'updated',
  unchanged: 'unchanged',
  left: 'left',
  refused: 'refused',
} as const satisfies Record<RowDecision['kind'], keyof ImportSummary>;

/** Counts what became of some rows. */
export function countDecided(summary: ImportSummary, decided: readonly Decided[]): void {
  for (const { row, decision } of decided) {
    summary[COUNTED[decision.kind]] += 1;
    if (!('account' in decision)) continue;
    countWrite(summary, row.line, decision.account);
    if (decision.kind === 'insert') countInsert(summary, decision.account);
  }
}

function countWrite(summary: ImportSummary, line: number, account: ImportedAccount): void {
  if (account.problems.some(({ field }) => field === 'passwordHash')) summary.withoutPassword += 1;
  if (canBeOpened(account)) return;
  summary.withoutWayIn += 1;
  if (summary.linesWithoutWayIn.length < MOST_NAMED) summary.linesWithoutWayIn.push(line);
}

function countInsert(summary: ImportSummary, { phoneVerified, emailVerified, lastUsedAt }: ImportedAccount): void {
  if (phoneVerified) summary.verified += 1;
  if (phoneVerified && lastUsedAt === null) summary.withoutLastUse += 1;
  if (!phoneVerified && !emailVerified) summary.onlyRegistered += 1;
}
