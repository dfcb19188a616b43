import { and, eq, getTableColumns, isNotNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import { returnGuess } from '../../budgets/guess-budget.repository.js';
import type { LateGuess } from '../../budgets/late-guess.js';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter } from '../../database/statement.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import { type AskingSession, asked, lockAskingSession } from '../../sessions/asking-session.js';
import type { StoredProofs } from '../../sessions/proofs.js';
import type { SessionRow } from '../../sessions/session.repository.js';
import { sessionTable } from '../../sessions/session.table.js';
import { releaseGuess, withGuess, withPasswordGuess } from '../../sign-in/release-guess.js';
import { onFirstUse } from '../../database/on-first-use.js';

/** What a session learns of a proof that was right. */
export interface FreshProof extends AskingSession {
  readonly proofs: StoredProofs;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  readonly origin: Origin;
}

export type ProofResult =
  /** `code` is null where a password was shown. */
  | { readonly kind: 'proved'; readonly session: SessionRow; readonly code: UsedChallenge | null }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' }
  /** Another submission used the code, or the password, number or email address was changed meanwhile. */
  | { readonly kind: 'lost' };

/** Writes down in a session that its user has proved again who they are. */
export class ReauthenticateRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** Uses the code up. Of fifty submissions of one code, one does. */
  async proveByCode(guess: RightGuess, proof: FreshProof): Promise<ProofResult> {
    const values = { ...guessValues(guess), ...writtenValues(proof) };
    const [row] = await withGuess(this.#db, guess, () => this.#statements.byCode.execute(values));
    const result = readResult(row, row ? readUsedChallenge(guess.challengeId, row) : null);
    // The code stays good for what comes next.
    if (row && !row.owned) await releaseGuess(this.#db, guess);
    return result;
  }

  /** The same with the password, if it still is the one that was checked. */
  async proveByPassword(guess: LateGuess, proof: FreshProof & { readonly verifiedHash: string }): Promise<ProofResult> {
    const values = { ...writtenValues(proof), verifiedHash: proof.verifiedHash, budget: guess.budget };
    const [row] = await withPasswordGuess(this.#db, guess, () => this.#statements.byPassword.execute(values));
    return readResult(row, null);
  }
}

interface ProofRow {
  /** Whether the session that asks lives. */
  readonly lives: boolean;
  /** Null: nothing was written. */
  readonly session: Record<string, unknown> | null;
}

function readResult(row: ProofRow | undefined, code: UsedChallenge | null): ProofResult {
  if (!row?.lives) return { kind: 'session_over' };
  if (row.session === null) return { kind: 'lost' };
  return { kind: 'proved', session: rowFromJson(sessionTable, row.session), code };
}

function writtenValues({ proofs, origin, ...proof }: FreshProof) {
  return { ...proof, ...originValues(origin), proofs, details: { methods: Object.keys(proofs) } };
}

/** The builder has no SELECT without a table. */
const ONE_ROW = sql`(VALUES (1)) AS one_row`;
const destination = parameter('destination', 'text');

const answer = {
  lives: sql<boolean>`EXISTS (SELECT 1 FROM asking)`,
  owned: sql<boolean>`EXISTS (SELECT 1 FROM owner)`,
  session: sql<Record<string, unknown> | null>`(SELECT to_jsonb(touched) FROM touched)`,
};

function prepareStatements(db: Database) {
  return onFirstUse({ byCode: () => codeStatement(db), byPassword: () => passwordStatement(db) });
}

/** The user's row is locked first, then the session's, then the challenge's, then that of its budget (docs/decisions/0022). */
function codeStatement(db: Database) {
  const { account, asking } = lockAskingSession(db);
  // Numbers have no @, so a destination is one or the other.
  const isNumber = and(eq(account.phoneNumber, destination), isNotNull(account.phoneVerifiedAt));
  const isEmail = and(sql`lower(${account.email}) = ${destination}`, isNotNull(account.emailVerifiedAt));
  const owner = ownerOf(db, { account, asking }, or(isNumber, isEmail));
  const owned = sql`EXISTS (SELECT 1 FROM owner)`;
  const used = db.$with('used', {}).as(consumeChallenge(owned));
  const returned = db.$with('returned', {}).as(settleGuess(sql`used`, owned));
  const touched = touchSession(db, sql`EXISTS (SELECT 1 FROM used)`);
  const code = {
    created_at: sql<UsedChallengeRow['created_at']>`(SELECT created_at FROM used)`,
    counted_under: sql<UsedChallengeRow['counted_under']>`(SELECT counted_under FROM used)`,
  };
  return db
    .with(account, asking, owner, used, returned, touched, recordProof(db))
    .select({ ...answer, ...code })
    .from(ONE_ROW)
    .prepare('reauthenticate: by code');
}

function passwordStatement(db: Database) {
  const { account, asking } = lockAskingSession(db);
  const owner = ownerOf(db, { account, asking }, eq(account.passwordHash, parameter('verifiedHash', 'text')));
  // The guess was right, also where the session has ended.
  const returned = db.$with('returned', {}).as(returnGuess(sql`EXISTS (SELECT 1 FROM account)`));
  const touched = touchSession(db, sql`EXISTS (SELECT 1 FROM owner)`);
  return db
    .with(account, asking, owner, returned, touched, recordProof(db))
    .select(answer)
    .from(ONE_ROW)
    .prepare('reauthenticate: by password');
}

/** The user who asks, if the session lives and the account still has what was shown. */
function ownerOf(db: Database, { account, asking }: ReturnType<typeof lockAskingSession>, condition: SQL | undefined) {
  return db.$with('owner').as(
    db
      .select({ id: account.id })
      .from(account)
      .innerJoin(asking, and(eq(asking.userId, account.id), lte(account.sessionEpoch, asking.epoch)))
      .where(condition),
  );
}

/** Merges the proof into those that the session has at the locked row: another one may have been shown meanwhile. */
function touchSession(db: Database, when: SQL) {
  return db.$with('touched').as(
    db
      .update(sessionTable)
      .set({
        authenticatedAt: asked.now,
        authenticationMethods: parameter('authenticationMethods', 'text[]'),
        proofs: sql`${sessionTable.proofs} || ${parameter('proofs', 'jsonb')}`,
      })
      .where(and(eq(sessionTable.id, asked.sessionId), when))
      .returning(getTableColumns(sessionTable)),
  );
}

function recordProof(db: Database) {
  return db
    .$with('event', {})
    .as(
      recordEvent(
        { kind: 'reauthenticated', deviceId: sql`s.device_id`, details: parameter('details', 'jsonb') },
        sql`touched`,
      ),
    );
}
