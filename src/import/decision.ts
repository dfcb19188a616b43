import type { ImportedAccount, RowProblem } from './account-form.js';

/** What the database knows about a row. */
export interface RowFacts {
  /** The account that an import made of this row before. */
  readonly own: OwnAccount | null;
  /** The account that has verified the number. */
  readonly numberOwner: string | null;
  /** The account that reserves the email address, and the username. */
  readonly emailOwner: string | null;
  readonly usernameOwner: string | null;
}

export type ProfileOfRow = Omit<ImportedAccount, 'line' | 'problems'>;

export interface OwnAccount extends ProfileOfRow {
  readonly id: string;
  /** Whether somebody used or changed it since it was imported. */
  readonly used: boolean;
}

/** What earlier rows of the file have taken, so that the database need not know it yet. */
export interface TakenByRows {
  has(name: string): boolean;
}

export type RowDecision =
  | { readonly kind: 'insert'; readonly account: ImportedAccount }
  | { readonly kind: 'update'; readonly id: string; readonly account: ImportedAccount }
  /** It is there already, as the row says. */
  | { readonly kind: 'unchanged'; readonly account: ImportedAccount }
  /** It is there and was used or changed since. */
  | { readonly kind: 'left'; readonly problems: readonly RowProblem[] }
  | { readonly kind: 'refused'; readonly problems: readonly RowProblem[] };

const USED: RowProblem = {
  field: 'row',
  code: 'USED_SINCE',
  message: 'The account was used or changed here since it was imported. It stays as it is.',
};
const OTHER_PERSON: RowProblem = {
  field: 'externalId',
  code: 'TAKEN',
  message: 'Another person was imported with this id. Put a prefix before the ids of each system.',
};
const NOTHING_LEFT: RowProblem = {
  field: 'row',
  code: 'NO_IDENTIFIER',
  message: 'The row has no phone number, email address or username that can be used.',
};
const TAKEN = {
  phoneNumber: 'Another account has verified this number.',
  email: 'Another account has this email address.',
  username: 'Another account has this username.',
} as const;
type Name = keyof typeof TAKEN;
/** In the order in which they tell rows without an id apart. */
const names = ['phoneNumber', 'email', 'username'] as const satisfies readonly Name[];

/**
 * What becomes of a row. An import gives nothing away: whatever another account has verified or reserves, it keeps, and an
 * account that is in use stays as it is.
 */
export function decideRow(row: ImportedAccount, facts: RowFacts, taken: TakenByRows): RowDecision {
  const { own } = facts;
  if (own?.used) return { kind: 'left', problems: [...row.problems, USED] };
  if (own !== null && isOtherPerson(own, row)) return { kind: 'refused', problems: [...row.problems, OTHER_PERSON] };
  const lost = lostNames(row, facts, taken);
  const problems = [...row.problems, ...lost.map(takenProblem)];
  // Two owners of one number: neither the file nor this program can tell whose it is.
  const contested = lost.includes('phoneNumber') && row.phoneVerified;
  // A row without an id is told apart from others by this name alone.
  const nameless = row.externalId === null && lost.some((name) => name === keyNameOf(row));
  if (contested || nameless) return { kind: 'refused', problems };
  const account = without(row, lost, problems);
  if (account.phoneNumber === null && account.email === null && account.username === null) {
    return { kind: 'refused', problems: [...problems, NOTHING_LEFT] };
  }
  if (own === null) return { kind: 'insert', account };
  return isSame(own, account) ? { kind: 'unchanged', account } : { kind: 'update', id: own.id, account };
}

/**
 * Two systems count their users from 1, so an id alone does not make a row and an account one person. They have a number, an
 * address, a username or a salted hash in common. An account without any of them contradicts no row.
 */
function isOtherPerson(own: OwnAccount, row: ImportedAccount): boolean {
  if (row.externalId === null || names.every((name) => own[name] === null)) return false;
  if (own.passwordHash !== null && own.passwordHash === row.passwordHash) return false;
  return !names.some((name) => own[name] !== null && folded(own[name]) === folded(row[name] ?? ''));
}

/**
 * Whether a person can sign in to the account of a row. A number opens it only if it is verified. A password opens it with an
 * email address, a username or a verified number. A verified email address is enough to set a password.
 */
export function canBeOpened(account: ProfileOfRow): boolean {
  const { phoneVerified, emailVerified, passwordHash, email, username } = account;
  if (phoneVerified || emailVerified) return true;
  return passwordHash !== null && (email !== null || username !== null);
}

/** What tells a row apart from the others of its file; null: nothing does. */
export function keyOf(row: ImportedAccount): string | null {
  if (row.externalId !== null) return `id ${row.externalId}`;
  const name = keyNameOf(row);
  return name === null ? null : `only ${name} ${folded(row[name] ?? '')}`;
}

function keyNameOf(row: ImportedAccount): Name | null {
  return names.find((name) => row[name] !== null) ?? null;
}

/** What an account takes from the rows after it. */
export function takenBy(account: ImportedAccount): string[] {
  if (!account.phoneVerified && !account.emailVerified) return [];
  return [
    ...(account.phoneVerified ? [takenName('phoneNumber', account)] : []),
    ...(account.email === null ? [] : [takenName('email', account)]),
    ...(account.username === null ? [] : [takenName('username', account)]),
  ];
}

function takenName(name: Name, account: ImportedAccount): string {
  return `${name} ${folded(account[name] ?? '')}`;
}

function folded(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function lostNames(row: ImportedAccount, facts: RowFacts, taken: TakenByRows): Name[] {
  const owners = { phoneNumber: facts.numberOwner, email: facts.emailOwner, username: facts.usernameOwner };
  const ownId = facts.own?.id ?? null;
  return names.filter((name) => {
    if (row[name] === null) return false;
    return (owners[name] !== null && owners[name] !== ownId) || taken.has(takenName(name, row));
  });
}

function takenProblem(field: Name): RowProblem {
  return { field, code: 'TAKEN', message: TAKEN[field] };
}

function without(row: ImportedAccount, lost: readonly Name[], problems: readonly RowProblem[]): ImportedAccount {
  const kept = Object.fromEntries(lost.map((name) => [name, null]));
  return {
    ...row,
    ...kept,
    emailVerified: row.emailVerified && !lost.includes('email'),
    problems,
  };
}

function isSame(own: ProfileOfRow, account: ImportedAccount): boolean {
  const fields = Object.keys(account) as (keyof ImportedAccount)[];
  const compared = fields.filter((name): name is keyof ProfileOfRow => name !== 'line' && name !== 'problems');
  // A row that does not say when the account was last used takes nothing back that an earlier one said.
  return compared.every((name) => own[name] === account[name] || (name === 'lastUsedAt' && account[name] === null));
}
