import { and, desc, eq, gte, type InferSelectModel, sql } from 'drizzle-orm';
import { codesOf } from '../../budgets/guess-subject.js';
import { type Database, instant } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import { messageTable } from '../../messaging/message.table.js';
import { otpChallengeTable } from '../../otp/otp-challenge.table.js';
import type { SubjectHash } from '../../platform/subject-hash.js';
import { holds, type Pause } from '../../pumping/send-pause.repository.js';
import { sendPauseTable } from '../../pumping/send-pause.table.js';
import { codeRequestTable } from '../../sign-in/code-requests/code-request.table.js';
import type { TimePosition } from '../time-cursor.js';

export type KeptRequest = InferSelectModel<typeof codeRequestTable>;
export type KeptMessage = Pick<InferSelectModel<typeof messageTable>, keyof typeof messageColumns>;
export type KeptChallenge = Pick<
  InferSelectModel<typeof otpChallengeTable>,
  | 'challengeId'
  | 'purpose'
  | 'createdAt'
  | 'expiresAt'
  | 'sentAt'
  | 'consumedAt'
  | 'attempts'
  | 'deviceAttempts'
  | 'tokenAttempts'
>;

/** What is so of a number now. */
export interface NumberState {
  readonly challenges: readonly KeptChallenge[];
  /** Null: it is not locked. */
  readonly lockedUntil: Date | null;
  readonly pauses: readonly Pause[];
}

/** No secret is read, and nothing that a code could be derived from. */
const messageColumns = {
  id: messageTable.id,
  destination: messageTable.destination,
  purpose: messageTable.purpose,
  challengeId: messageTable.challengeId,
  channel: messageTable.channel,
  status: messageTable.status,
  provider: messageTable.provider,
  providerMessageId: messageTable.providerMessageId,
  failure: messageTable.failure,
  providerCode: messageTable.providerCode,
  providerMessage: messageTable.providerMessage,
  attempts: messageTable.attempts,
  price: messageTable.price,
  priceCurrency: messageTable.priceCurrency,
  createdAt: messageTable.createdAt,
  settledAt: messageTable.settledAt,
  verifiedAt: messageTable.verifiedAt,
};

interface StateRow {
  readonly challenges: Record<string, unknown>[] | null;
  readonly locked_until: string | null;
  readonly pauses: Record<string, unknown>[] | null;
}

interface StateValues {
  readonly phoneNumber: string;
  /** What wrong guesses at its codes are counted against. */
  readonly guesses: string;
  readonly ranges: readonly string[];
  readonly now: Date;
}

const now = parameter('now', 'timestamptz');

/** Raw: three lists of different kinds in one round trip. */
const state = new Statement<StateRow, StateValues>(
  'delivery report: state of a number',
  sql`
    SELECT
      (SELECT jsonb_agg(to_jsonb(c) - 'secret_id' ORDER BY c.created_at DESC) FROM otp_challenges c
        WHERE c.phone_number = ${parameter('phoneNumber', 'text')}) AS challenges,
      (SELECT locked_until FROM guess_budgets WHERE subject = ${parameter('guesses', 'text')} AND locked_until > ${now})
        AS locked_until,
      (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.paused_until DESC) FROM send_pauses p
        WHERE p.key = ANY(${parameter('ranges', 'text[]')}) AND ${holds(sql`p`, now)}) AS pauses`,
);

/** What tells why a number got no code. Each question is a look-up by an index. */
export class ReportRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Requests since then, the latest first. */
  requests(number: SubjectHash, since: Date, most: number): Promise<KeptRequest[]> {
    const { number: of, at, id } = codeRequestTable;
    return this.#db
      .select()
      .from(codeRequestTable)
      .where(and(eq(of, number), gte(at, since)))
      .orderBy(desc(at), desc(id))
      .limit(most);
  }

  /** Messages to a number, the latest first. */
  messages(
    phoneNumber: string,
    { after = null, since, most }: { after?: TimePosition | null; since?: Date; most: number },
  ): Promise<KeptMessage[]> {
    const { destination, createdAt, id } = messageTable;
    const further = after ? sql`(${createdAt}, ${id}) < (${instant(after.at)}, ${after.id}::uuid)` : undefined;
    return this.#db
      .select(messageColumns)
      .from(messageTable)
      .where(and(eq(destination, phoneNumber), further, since && gte(createdAt, since)))
      .orderBy(desc(createdAt), desc(id))
      .limit(most);
  }

  async state(of: {
    phoneNumber: string;
    hashed: SubjectHash;
    ranges: readonly string[];
    now: Date;
  }): Promise<NumberState> {
    const { hashed, ...values } = of;
    const [row] = await state.run(this.#db, { ...values, guesses: codesOf(hashed, null) });
    if (!row) throw new Error('Looking for the state of a number returned no row.');
    return {
      challenges: (row.challenges ?? []).map((challenge) => rowFromJson(otpChallengeTable, challenge)),
      lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
      pauses: (row.pauses ?? []).map((pause) => rowFromJson(sendPauseTable, pause)),
    };
  }
}
