import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import { readEmailAddress } from '../platform/email-address.js';
import { type FieldProblem, invalidFormat, tooLong } from '../platform/field-problems.js';
import { readImportedPassword } from '../users/imported-passwords/imported-password.js';
import { emailProblem, nameProblem, usernameProblem } from '../users/profile-rules.js';
import type { FileRow, RowField } from './import-file.js';
import { readLastUsed } from './last-used.js';

/** What was wrong with a field of a row. The account comes in without the field, if it comes in. */
export interface RowProblem {
  readonly field: RowField | 'row';
  readonly code: string;
  readonly message: string;
}

/** An account as a row describes it, read. */
export interface ImportedAccount {
  readonly line: number;
  readonly externalId: string | null;
  /** E.164. */
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly passwordHash: string | null;
  /** ISO 8601. Null: the row does not say, and the import counts as the last use. */
  readonly lastUsedAt: string | null;
  /** What was left out already. */
  readonly problems: readonly RowProblem[];
}

export type AccountReading =
  | { readonly kind: 'account'; readonly account: ImportedAccount }
  | { readonly kind: 'refused'; readonly externalId: string | null; readonly problems: readonly RowProblem[] };

const LONGEST_ID = 255;
const TRUE = /^(true|t|1|yes)$/i;
const FALSE = /^(false|f|0|no|)$/i;

/** Such an id would be that of somebody else. */
const TOO_LONG = invalidFormat('Write this number in quotes: it is too long to be read exactly.');

const HASH_PROBLEMS = {
  unknown: {
    code: 'UNKNOWN_HASH',
    message: 'The format of this hash is not known. The account has no password until its owner sets one.',
  },
  malformed: {
    code: 'INVALID_HASH',
    message: 'This hash is cut off or broken. The account has no password until its owner sets one.',
  },
  too_costly: {
    code: 'COSTLY_HASH',
    message: 'Checking this hash would take too long. The account has no password until its owner sets one.',
  },
} as const;

/** Reads a row and tells everything that is wrong with it, without asking the database. */
export function readAccount(row: FileRow, rules: PhoneNumberRules, now: Date): AccountReading {
  if (row.kind === 'unreadable') {
    const problem = { field: 'row', code: 'UNREADABLE', message: row.reason } as const;
    return { kind: 'refused', externalId: null, problems: [problem] };
  }
  const fields = new RowReader(row.values);
  const externalId = fields.text('externalId', idProblem);
  const account = {
    line: row.line,
    externalId,
    ...readNumber(fields, rules, now),
    ...readEmail(fields),
    username: fields.text('username', usernameProblem),
    firstName: fields.text('firstName', nameProblem),
    lastName: fields.text('lastName', nameProblem),
    passwordHash: readHash(fields),
    lastUsedAt: fields.time('lastUsedAt', now),
    problems: fields.problems,
  };
  const isWrong = (name: RowField) => fields.problems.some(({ field }) => field === name);
  // Without its id, the row would be another account at the next import. Without its last use, the account would open by a
  // code alone to a new owner of the number.
  if (isWrong('externalId') || isWrong('lastUsedAt')) {
    return { kind: 'refused', externalId, problems: fields.problems };
  }
  return { kind: 'account', account };
}

function readNumber(fields: RowReader, rules: PhoneNumberRules, now: Date) {
  let phoneNumber: string | null = null;
  fields.text('phoneNumber', (typed) => {
    const reading = readPhoneNumber(typed, rules, now);
    if (reading.kind === 'phone_number') phoneNumber = reading.phoneNumber;
    return phoneNumberProblem(reading, rules);
  });
  const verified = fields.flag('phoneVerified');
  return { phoneNumber: phoneNumber as string | null, phoneVerified: verified && phoneNumber !== null };
}

function readEmail(fields: RowReader) {
  const typed = fields.text('email', emailProblem);
  const email = typed === null ? null : readEmailAddress(typed);
  const verified = fields.flag('emailVerified');
  return { email, emailVerified: verified && email !== null };
}

function readHash(fields: RowReader): string | null {
  const reading = readImportedPassword(fields.value('passwordHash'));
  if (reading.kind === 'hash') return reading.stored;
  if (reading.kind !== 'none') fields.problems.push({ field: 'passwordHash', ...HASH_PROBLEMS[reading.kind] });
  return null;
}

function idProblem(id: string): FieldProblem | null {
  if (id.length > LONGEST_ID) return tooLong(LONGEST_ID);
  return /[\p{Cc}\p{Cs}]/u.test(id) ? invalidFormat('An id has no control characters.') : null;
}

class RowReader {
  readonly problems: RowProblem[] = [];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  value(field: RowField): unknown {
    return Object.hasOwn(this.#values, field) ? this.#values[field] : null;
  }

  /** Null: there is none, or it is told as a problem. Exports write ids and numbers with and without quotes. */
  text(field: RowField, problemOf: (text: string) => FieldProblem | null): string | null {
    const value = this.value(field);
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string' && typeof value !== 'number') {
      return this.#leaveOut(field, invalidFormat('This is no text.'));
    }
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) return this.#leaveOut(field, TOO_LONG);
    const text = String(value).trim();
    if (text === '') return null;
    const problem = problemOf(text);
    return problem === null ? text : this.#leaveOut(field, problem);
  }

  /** ISO 8601; null: there is none, or it is told as a problem. */
  time(field: RowField, now: Date): string | null {
    let at: string | null = null;
    this.text(field, (typed) => {
      const reading = readLastUsed(typed, now);
      if ('problem' in reading) return reading.problem;
      at = reading.at.toISOString();
      return null;
    });
    return at;
  }

  /** What is neither true nor false counts as false, because true gives rights. */
  flag(field: RowField): boolean {
    const value = this.value(field) ?? false;
    if (typeof value === 'boolean') return value;
    const text = String(value).trim();
    if (TRUE.test(text)) return true;
    if (!FALSE.test(text)) this.#leaveOut(field, invalidFormat('Write true or false. It counts as false.'));
    return false;
  }

  #leaveOut(field: RowField, { code, message }: FieldProblem): null {
    this.problems.push({ field, code, message });
    return null;
  }
}
