import { and, eq, inArray, isNotNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../../database/database.js';
import { writtenAhead } from '../../database/written-ahead.js';
import { otpChallengeTable } from '../../otp/otp-challenge.table.js';
import type { OtpBinding } from '../../otp/otp-code.js';
import type { ProviderName } from '../../providers/message-sender.js';
import type { DeliveryTarget } from '../delivery-routes.js';
import { messageTable } from '../message.table.js';

/** Seconds after the verification at which a provider that was away is told again. After the last one it is never told. */
const AGAIN = { first: 60, second: 600, third: 3_600 } as const;

/** A message whose provider is to be told that its code was verified. */
export interface DueFeedback extends DeliveryTarget, Pick<OtpBinding, 'challengeId' | 'purpose' | 'destination'> {
  readonly id: string;
  readonly provider: ProviderName;
  readonly providerMessageId: string;
  /** Which secret the code was derived with; null: another challenge has taken its place. */
  readonly secretId: string | null;
  /** Null: the provider is not told again if it is away now. */
  readonly nextAt: Date | null;
}

/** Which providers are still to be told of verified codes. */
export class FeedbackRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Up to `most` messages whose providers are to be told now. Each goes to one process. Should that process die, the next
   * one tells the provider at the next time.
   */
  async takeDue(
    now: Date,
    { most, except }: { most: number; except: readonly ProviderName[] },
  ): Promise<DueFeedback[]> {
    const { id, provider, providerMessageId, channel, country, feedbackDueAt, verifiedAt } = messageTable;
    const { challengeId, purpose, destination } = messageTable;
    const due = this.#db.$with('due').as(
      this.#db
        .select({ id, secretId: otpChallengeTable.secretId })
        .from(messageTable)
        .leftJoin(otpChallengeTable, isOfMessage())
        .where(and(isDue(now), notInArray(provider, [...except])))
        .orderBy(feedbackDueAt)
        .limit(most)
        .for('update', { of: messageTable, skipLocked: true }),
    );
    const rows = await this.#db
      .with(due)
      .update(messageTable)
      .set({ feedbackDueAt: nextTime(now) })
      .from(due)
      .where(eq(id, due.id))
      .returning({
        ...{ id, provider, providerMessageId, channel, country, challengeId, purpose, destination },
        ...{ secretId: due.secretId, nextAt: feedbackDueAt, verifiedAt },
      });
    return rows.flatMap((row) => {
      const { provider, providerMessageId, challengeId, purpose } = row;
      const isWhole = provider !== null && providerMessageId !== null && challengeId !== null && purpose !== null;
      return isWhole ? [{ ...row, provider, providerMessageId, challengeId, purpose }] : [];
    });
  }

  /** Nothing is to be told of these messages any more. */
  async over(messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    await this.#db
      .update(messageTable)
      .set({ feedbackDueAt: null })
      .where(inArray(messageTable.id, [...messageIds]));
  }
}

/** The challenge whose code the message brought, unless another one has taken its place. */
function isOfMessage(): SQL | undefined {
  const { destination, purpose, challengeId } = messageTable;
  return and(
    eq(otpChallengeTable.destination, destination),
    eq(otpChallengeTable.purpose, purpose),
    eq(otpChallengeTable.challengeId, challengeId),
  );
}

/** Also what was written by a clock that was set back since. */
function isDue(now: Date): SQL | undefined {
  const { feedbackDueAt, verifiedAt } = messageTable;
  return or(lte(feedbackDueAt, now), and(isNotNull(feedbackDueAt), writtenAhead(verifiedAt, instant(now))));
}

/** Null after the last time, and for what lies ahead: it would be due again and again. */
function nextTime(now: Date): SQL {
  const { verifiedAt } = messageTable;
  const after = (seconds: number) => sql`${verifiedAt} + make_interval(secs => ${seconds})`;
  const next = (seconds: number) => sql`WHEN ${after(seconds)} > ${instant(now)} THEN ${after(seconds)}`;
  return sql`CASE WHEN ${writtenAhead(verifiedAt, instant(now))} THEN NULL
    ${next(AGAIN.first)} ${next(AGAIN.second)} ${next(AGAIN.third)} END`;
}
