import { type SQL, sql } from 'drizzle-orm';
import { returnGuess } from '../../budgets/guess-budget.repository.js';
import { passwordOf } from '../../budgets/guess-subject.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import {
  deviceIn,
  keepDevices,
  type KnownDevice,
  rememberDevice,
  tokenValues,
} from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import { passkeyValues, type RightPasskey, spendPasskey } from '../../passkeys/passkey-fragments.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import {
  consumeChallenge,
  destinationsOf,
  guessValues,
  killChallenges,
  type RightGuess,
  readUsedChallenge,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import {
  beginSession,
  endSurplus,
  type NewSession,
  recordSignIn,
  recordSignInAndSurplus,
  sessionValues,
} from '../../sessions/session-fragments.js';
import { isEmailAddress } from '../../otp/otp-purpose.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { heldValues, closeContinuation } from '../opening/continuation.js';
import type { WaitingSignIn } from '../opening/continuation.repository.js';
import { withGuess } from '../release-guess.js';
import { usedNow } from '../used-now.js';

export interface Continued {
  readonly waiting: WaitingSignIn;
  readonly session: NewSession;
  readonly notices: readonly PreparedNotice[];
  readonly device: DeviceTokenSubject | null;
  /** From when a password that is set counts as a second proof; null: at once. */
  readonly trustedFrom: Date | null;
}

export interface ContinuedByCode extends Continued {
  readonly guess: RightGuess;
}

export interface ContinuedByPassword extends Continued {
  /** The hash that the password was checked against. */
  readonly verifiedHash: string;
  /** The device that the guess was counted with. */
  readonly knownDevice: KnownDevice | null;
}

export interface ContinuedByPasskey extends Continued {
  readonly right: RightPasskey;
}

export type ContinueResult =
  /** `code`: the code that was the further proof; null: it was something else. */
  | { readonly kind: 'signed_in'; readonly user: User; readonly code: UsedChallenge | null }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' }
  /** The continuation was used meanwhile, or what it rests on has changed. */
  | { readonly kind: 'over' };

/** Opens an account with one more proof, and carries out a password reset that waited for it. */
export class ContinueSignInRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async withCode({ guess, ...continued }: ContinuedByCode): Promise<ContinueResult> {
    const { open, reset } = byCode;
    const statement = continued.waiting.newPasswordHash === null ? open : reset;
    const method = isEmailAddress(guess.destination) ? 'EMAIL_OTP' : 'PHONE_OTP';
    const values = { ...valuesOf(continued, method), ...guessValues(guess) };
    const [row] = await withGuess(this.#db, guess, () => statement.run(this.#db, values));
    if (!row?.holds) return { kind: 'over' };
    const code = readUsedChallenge(guess.challengeId, row);
    if (!row.person || !code) return { kind: 'lost' };
    return { kind: 'signed_in', user: openedUser(row.person, continued.waiting), code };
  }

  async withPassword({ verifiedHash, knownDevice, ...continued }: ContinuedByPassword): Promise<ContinueResult> {
    const { open, reset } = byPassword;
    const statement = continued.waiting.newPasswordHash === null ? open : reset;
    const budget = passwordOf(continued.waiting.user.id, knownDevice);
    const [row] = await statement.run(this.#db, { ...valuesOf(continued, 'PASSWORD'), verifiedHash, budget });
    if (!row?.holds || !row.person) return { kind: 'over' };
    return { kind: 'signed_in', user: openedUser(row.person, continued.waiting), code: null };
  }

  async withPasskey({ right, ...continued }: ContinuedByPasskey): Promise<ContinueResult> {
    const { open, reset } = byPasskey;
    const statement = continued.waiting.newPasswordHash === null ? open : reset;
    const [row] = await statement.run(this.#db, { ...valuesOf(continued, 'PASSKEY'), ...passkeyValues(right) });
    if (!row?.holds) return { kind: 'over' };
    if (!row.person) return { kind: 'lost' };
    return { kind: 'signed_in', user: openedUser(row.person, continued.waiting), code: null };
  }
}

/** The city is as it was when the account was looked at. */
function openedUser(person: Record<string, unknown>, { user }: WaitingSignIn): User {
  return { ...readUser(person, null), location: user.location };
}

function valuesOf({ waiting, session, notices, device, trustedFrom }: Continued, furtherProof: ProofMethod) {
  const written = {
    ...heldValues(waiting),
    ...sessionValues(session, { furtherProof }),
    ...noticeValues(notices),
    ...tokenValues(device),
  };
  return { ...written, trustedFrom };
}

interface ContinueRow extends UsedChallengeRow {
  /** Whether the continuation was still to be used. */
  readonly holds: boolean;
  readonly person: Record<string, unknown> | null;
}

type Values = ReturnType<typeof valuesOf> &
  (
    | ReturnType<typeof guessValues>
    | ReturnType<typeof passkeyValues>
    | { readonly verifiedHash: string; readonly budget: string }
  );

/** How a further proof is used up. */
interface FurtherProof {
  /** Whether the account still has what was proved. */
  readonly stillHas: SQL;
  /** Uses it up where the part `closed` has a row: parts, the last one named `proved`, with one row where it did. */
  readonly useUp: SQL;
  /** Its columns of the answer. */
  readonly used: SQL;
}

const now = parameter('now', 'timestamptz');
const waited = sql`EXISTS (SELECT 1 FROM closed)`;

const CODE: FurtherProof = {
  // A code dies when the number or the email address that it was sent to changes.
  stillHas: sql`true`,
  useUp: sql`
    proved AS (${consumeChallenge(waited)}),
    returned AS (${returnGuess(sql`EXISTS (SELECT 1 FROM proved)`)})`,
  used: sql`proved.created_at, proved.counted_under`,
};

const PASSWORD: FurtherProof = {
  stillHas: sql`password_hash = ${parameter('verifiedHash', 'text')}`,
  useUp: sql`
    returned AS (${returnGuess(waited)}),
    proved AS (SELECT 1 FROM closed)`,
  used: sql`NULL AS created_at, NULL AS counted_under`,
};

/** What else a change of password does: nothing of before may come back. The epoch ends the sessions (docs/decisions/0022). */
const resets = sql`
    ${keepDevices(sql`person`, deviceIn(sql`device`))},
    killed AS (${killChallenges(destinationsOf(sql`person`))}),
    event AS (${recordSignIn(sql`session`, ['password_reset'])})`;

const opens = sql`
    surplus AS (${endSurplus(sql`device`)}),
    event AS (${recordSignInAndSurplus(sql`session`, sql`surplus`)})`;

const PASSKEY: FurtherProof = {
  stillHas: sql`true`,
  useUp: sql`
    ${spendPasskey(sql`SELECT account.id FROM account, closed`)},
    proved AS (SELECT 1 FROM used)`,
  used: sql`NULL AS created_at, NULL AS counted_under`,
};

/**
 * The user's row is locked first, and then the continuation: of two submissions one has it. Raw, because the builder cannot
 * write to several tables from what the parts before returned.
 */
function continuing(name: string, { stillHas, useUp, used }: FurtherProof, reset: boolean) {
  const newPassword = sql`, password_hash = new_password_hash, password_trusted_from = ${parameter('trustedFrom', 'timestamptz')},
      session_epoch = session_epoch + 1, updated_at = ${now}`;
  return new Statement<ContinueRow, Values>(
    name,
    sql`
    WITH ${closeContinuation(stillHas)},
    ${useUp},
    person AS (
      UPDATE users SET ${usedNow}${reset ? newPassword : sql``} FROM closed, proved
      WHERE users.id = (SELECT id FROM account) RETURNING users.*
    ),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    ${reset ? resets : opens},
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)})
    SELECT ${waited} AS holds, to_jsonb(person) AS person, ${used}
    FROM (SELECT 1) one LEFT JOIN proved ON true LEFT JOIN person ON true`,
  );
}

const byCode = {
  open: continuing('continueSignIn: by a code', CODE, false),
  reset: continuing('continueSignIn: by a code, reset', CODE, true),
};

const byPasskey = {
  open: continuing('continueSignIn: by a passkey', PASSKEY, false),
  reset: continuing('continueSignIn: by a passkey, reset', PASSKEY, true),
};

const byPassword = {
  open: continuing('continueSignIn: by the password', PASSWORD, false),
  reset: continuing('continueSignIn: by the password, reset', PASSWORD, true),
};
