import { sql } from 'drizzle-orm';
import { codesAsKnown } from '../budgets/guess-subject.js';
import { type Database, instant } from '../database/database.js';
import { knownDevice, ownerOf } from '../devices/device.repository.js';
import type { DeviceTokenSubject } from '../devices/device-token.js';
import { queueMessage } from '../messaging/message.repository.js';
import { type NewChallenge, openChallenge } from '../otp/otp-challenge.repository.js';

export interface OtpRequest {
  readonly challenge: Omit<NewChallenge, 'when'>;
  /** What the caller's device token says: a device that the account knows is not refused for what strangers did. */
  readonly device: DeviceTokenSubject | null;
  /** Whether a number without an account may be sent a code. */
  readonly acceptUnknown: boolean;
  /** The message to send, or null for test numbers. */
  readonly messageId: string | null;
  /** The locale that was asked for, and the one to use when the user has none either. */
  readonly locale: { readonly requested: string | null; readonly fallback: string };
}

export type OtpRequestResult =
  | {
      readonly kind: 'opened';
      readonly challengeId: string;
      readonly secretId: string;
      readonly expiresAt: Date;
      readonly message: { readonly id: string; readonly locale: string } | null;
    }
  | { readonly kind: 'locked'; readonly lockedUntil: Date }
  | { readonly kind: 'unknown_phone' }
  /** The cooldown counts from `sentAt`; null: a request at the same moment was quicker. */
  | { readonly kind: 'cooling_down'; readonly sentAt: Date | null };

/** The statement behind requestOtp: may this number have a code, and if so, its challenge and its message at once. */
export class RequestOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async open({ challenge, device, acceptUnknown, messageId, locale }: OtpRequest): Promise<OtpRequestResult> {
    const { phoneNumber, purpose, now } = challenge;
    const when = sql`NOT EXISTS (SELECT 1 FROM locked) AND (${acceptUnknown}::boolean OR EXISTS (SELECT 1 FROM person))`;
    const message = queueMessage({
      id: messageId ?? challenge.challengeId,
      phoneNumber,
      purpose,
      locale: sql`coalesce(${locale.requested}, (SELECT locale FROM person), ${locale.fallback})`,
      now,
      challenges: sql`challenge WHERE ${messageId !== null}::boolean`,
    });
    const [row] = await this.#db.execute<OpenRow>(sql`
      WITH person AS (
        SELECT u.locale FROM users u WHERE u.phone_number = ${phoneNumber}
        ORDER BY u.phone_verified_at IS NULL, u.created_at DESC LIMIT 1
      ),
      known AS (${knownDevice(device, ownerOf(phoneNumber))}),
      locked AS (
        SELECT locked_until FROM guess_budgets
        WHERE subject = ${codesAsKnown(phoneNumber, sql`known`)} AND locked_until > ${instant(now)}
      ),
      challenge AS (${openChallenge({ ...challenge, when })}),
      message AS (${message})
      SELECT c.challenge_id, c.secret_id, c.expires_at, m.id AS message_id, m.locale,
        (SELECT locked_until FROM locked) AS locked_until,
        EXISTS (SELECT 1 FROM person) AS known,
        (SELECT o.sent_at FROM otp_challenges o WHERE o.phone_number = ${phoneNumber} AND o.purpose = ${purpose}) AS sent_at
      FROM (SELECT 1) one LEFT JOIN challenge c ON true LEFT JOIN message m ON true`);
    if (!row) throw new Error('Opening a challenge returned no row.');
    return readResult(row, acceptUnknown);
  }
}

interface OpenRow extends Record<string, unknown> {
  challenge_id: string | null;
  secret_id: string;
  expires_at: string;
  message_id: string | null;
  locale: string;
  locked_until: string | null;
  known: boolean;
  sent_at: string | null;
}

function readResult(row: OpenRow, acceptUnknown: boolean): OtpRequestResult {
  if (row.challenge_id !== null) {
    return {
      kind: 'opened',
      challengeId: row.challenge_id,
      secretId: row.secret_id,
      expiresAt: new Date(row.expires_at),
      message: row.message_id === null ? null : { id: row.message_id, locale: row.locale },
    };
  }
  if (row.locked_until !== null) return { kind: 'locked', lockedUntil: new Date(row.locked_until) };
  if (!row.known && !acceptUnknown) return { kind: 'unknown_phone' };
  return { kind: 'cooling_down', sentAt: row.sent_at === null ? null : new Date(row.sent_at) };
}
