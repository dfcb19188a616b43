import { and, eq, like, sql } from 'drizzle-orm';
import type { Origin } from '../audit/origin.js';
import { originValues, recordEvent } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../otp/challenge-use.js';
import { otpChallengeTable } from '../otp/otp-challenge.table.js';
import { withGuess } from '../sign-in/release-guess.js';

export interface NumberProving {
  readonly guess: RightGuess;
  readonly audience: string;
  readonly origin: Origin;
}

const SCOPE = 'PROVE_NUMBER ';

export class ProveNumberRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The audience that a code of this number was asked for; null: none that this challenge belongs to. */
  async audienceOf(phoneNumber: string, challengeId: string): Promise<string | null> {
    const { destination, purpose, challengeId: id } = otpChallengeTable;
    const [row] = await this.#db
      .select({ purpose })
      .from(otpChallengeTable)
      .where(and(eq(destination, phoneNumber), like(purpose, `${SCOPE}%`), eq(id, challengeId)));
    return row ? row.purpose.slice(SCOPE.length) : null;
  }

  /** Uses the code up. Null: another submission did, in the meantime. */
  async use({ guess, audience, origin }: NumberProving): Promise<UsedChallenge | null> {
    const values = { ...guessValues(guess), ...originValues(origin), audience };
    const [row] = await withGuess(this.#db, guess, () => useCode.run(this.#db, values));
    return row ? readUsedChallenge(guess.challengeId, row) : null;
  }
}

/** Raw, because the builder cannot write to several tables from what the parts before returned. */
const useCode = new Statement<
  UsedChallengeRow,
  ReturnType<typeof guessValues> & ReturnType<typeof originValues> & Pick<NumberProving, 'audience'>
>(
  'proveNumber: use',
  sql`
    WITH consumed AS (${consumeChallenge(sql`true`)}),
    returned AS (${settleGuess(sql`consumed`, sql`true`)}),
    event AS (${recordEvent(
      {
        ...{ kind: 'number_proved', by: 'ANONYMOUS', phoneNumber: parameter('destination', 'text') },
        details: sql`jsonb_build_object('audience', ${parameter('audience', 'text')})`,
      },
      sql`(SELECT NULL::uuid AS id, NULL::uuid AS user_id FROM consumed)`,
    )})
    SELECT created_at, counted_under FROM consumed`,
);
