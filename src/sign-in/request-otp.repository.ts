import { type SQL, sql } from 'drizzle-orm';
import { codesAsKnown } from '../budgets/guess-subject.js';
import type { SendBudget } from '../budgets/send-budgets.js';
import { refund, room, type Spending, spend } from '../budgets/rate-budget.repository.js';
import { type Database, instant } from '../database/database.js';
import { knownDevice, ownerOf } from '../devices/device.repository.js';
import type { DeviceTokenSubject } from '../devices/device-token.js';
import type { Channel } from '../texts/channel.js';
import { queueMessage } from '../messaging/message.repository.js';
import type { Provider } from '../providers/message-sender.js';
import { refusedNumber } from '../messaging/refused-number.repository.js';
import type { NumberRefusal } from '../messaging/refused-number.table.js';
import { coolingDown, type NewChallenge, openChallenge, sentBefore } from '../otp/otp-challenge.repository.js';
import { addSeconds } from '../platform/clock.js';
import { type GuardedRow, type GuardedSend, guardedSend } from './guarded-send.repository.js';

export interface OtpRequest {
  readonly challenge: Omit<NewChallenge, 'when' | 'countedUnder'>;
  /** What the caller's device token says: a device that the account knows is not refused for what strangers did, and spends from other `budgets`. */
  readonly device: { readonly token: DeviceTokenSubject; readonly budgets: readonly Spending[] } | null;
  /** Whether a number without an account may be sent a code. */
  readonly acceptUnknown: boolean;
  /** What sending costs. */
  readonly budgets: readonly SendBudget[];
  /** Without room in these, a device that is not known is suspicious. */
  readonly suspicion: readonly Spending[];
  /** Whether a paused range withholds it, and what it tells about that range; null for test numbers. */
  readonly guard: GuardedSend | null;
  /** The message to send, or null for test numbers. */
  readonly message: NewMessage | null;
  /** The locale that was asked for, and the one to use when the user has none either. */
  readonly locale: { readonly requested: string | null; readonly fallback: string };
}

/** A message, and who is to send it. */
export interface NewMessage {
  readonly id: string;
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or 001. */
  readonly country: string | null;
  readonly provider: Provider;
}

export type OtpRequestResult =
  | {
      readonly kind: 'opened';
      readonly challengeId: string;
      readonly secretId: string;
      readonly expiresAt: Date;
      /** Null: nothing is to be sent, to a test number, or to an unknown one in a paused range. */
      readonly message: { readonly id: string; readonly locale: string } | null;
      /** Until when unknown numbers of this range are probably sent nothing. */
      readonly pausedUntil: Date | null;
      /** What the pumping guard counts it under, and as how many sends; null where it is not counted. */
      readonly counted: { readonly keys: readonly string[]; readonly worth: number } | null;
    }
  | { readonly kind: 'locked'; readonly lockedUntil: Date }
  /** Nothing arrives at this number by this channel. */
  | { readonly kind: 'refused_number'; readonly refusal: NumberRefusal }
  /** The caller must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious' }
  | { readonly kind: 'unknown_phone' }
  /** The cooldown has not passed, or budgets are spent; `retryAt` null: a request at the same moment was quicker. */
  | { readonly kind: 'too_soon'; readonly retryAt: Date | null; readonly spentBudgets: readonly string[] };

/** The account of the number, where the statement finds that it knows the device that asks. */
export const knowingAccount: SQL = sql`(SELECT account FROM known)`;

/** The statement behind requestOtp: may this number have a code, and if so, its challenge and its message at once. */
export class RequestOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async open(request: OtpRequest): Promise<OtpRequestResult> {
    const [row] = await this.#db.execute<OpenRow>(openStatement(request));
    if (!row) throw new Error('Opening a challenge returned no row.');
    const lostRace = row.challenge_id === null && row.spent.length > 0;
    if (!lostRace) return readResult(row, request);
    const { knowing_account: own } = row;
    const budgets = own === null ? request.budgets : (request.device?.budgets ?? []).map(knownAs(own));
    const untouched = row.withheld ? request.budgets.filter(({ personal }) => !personal).map(({ key }) => key) : [];
    return this.#giveBack(budgets, { spent: row.spent, untouched }, request.challenge.now);
  }

  /**
   * What the snapshot allowed, somebody else took in the meantime: the cooldown's place or a budget's last unit. What
   * was spent beside it goes back, and the caller waits for the budgets that were not to be had.
   */
  async #giveBack(
    budgets: readonly Spending[],
    { spent, untouched }: { spent: readonly string[]; untouched: readonly string[] },
    now: Date,
  ): Promise<OtpRequestResult> {
    const missing = budgets.filter(({ key }) => !spent.includes(key));
    const returned = spent.filter((key) => !untouched.includes(key));
    const [row] = await this.#db.execute<{ retry_at: string | null }>(sql`
      WITH given_back AS (${refund(returned, now)})
      SELECT max(retry_at) AS retry_at FROM (${room(missing, now)}) missing`);
    return { kind: 'too_soon', retryAt: dateOf(row?.retry_at), spentBudgets: missing.map(({ key }) => key) };
  }
}

/**
 * What refuses without a race is judged on the snapshot, so that whoever is refused spends nothing. Rows are locked in
 * one order: budgets first, then the challenge. It opens only where every budget gave a unit.
 */
function openStatement(request: OtpRequest): SQL {
  const { challenge, device, acceptUnknown, budgets, suspicion, guard, locale } = request;
  const message = request.message ?? { id: challenge.challengeId, ...NO_MESSAGE };
  const { phoneNumber, purpose, now } = challenge;
  const allowed = sql`
    NOT EXISTS (SELECT 1 FROM locked) AND (${acceptUnknown}::boolean OR EXISTS (SELECT 1 FROM person))
    AND NOT EXISTS (SELECT 1 FROM suspicion) AND NOT EXISTS (SELECT 1 FROM cooling)
    AND NOT EXISTS (SELECT 1 FROM full_budget) AND NOT EXISTS (SELECT 1 FROM refused)`;
  const known = sql`EXISTS (SELECT 1 FROM known)`;
  const own = device?.budgets ?? [];
  const withheld = sql`(SELECT withheld FROM guarded)`;
  // A code that is withheld spends what asking costs, and nothing that others are sent theirs from. It touches the same
  // rows as one that is sent, the message's included: otherwise the time taken would tell whether there is an account.
  const due = budgets.map((budget) => (budget.personal ? budget : { ...budget, when: sql`NOT ${withheld}` }));
  const byStranger = sql`${allowed} AND NOT ${known}`;
  const paid = sql`${allowed} AND (SELECT count(*) FROM spent) = ${budgets.length}::int`;
  const queued = queueMessage({
    ...message,
    phoneNumber,
    purpose,
    locale: sql`coalesce(${locale.requested}, (SELECT locale FROM person), ${locale.fallback})`,
    now,
    withheld,
    challenges: sql`challenge WHERE ${request.message !== null}::boolean`,
  });
  return sql`
    WITH person AS (
      SELECT u.locale FROM users u WHERE u.phone_number = ${phoneNumber}
      ORDER BY u.phone_verified_at IS NULL, u.created_at DESC LIMIT 1
    ),
    known AS (${knownDevice(device?.token ?? null, ownerOf(phoneNumber))}),
    locked AS (
      SELECT locked_until FROM guess_budgets
      WHERE subject = ${codesAsKnown(phoneNumber, sql`known`)} AND locked_until > ${instant(now)}
    ),
    suspicion AS (SELECT key FROM (${room(suspicion, now)}) s WHERE NOT has_room AND NOT ${known}),
    cooling AS (${coolingDown(challenge)}),
    refused AS (${refusedNumber({ phoneNumber, channel: message.channel, now })}),
    full_budget AS (
      SELECT key, retry_at FROM (${room(budgets, now)}) b WHERE NOT has_room AND NOT ${known}
      UNION ALL SELECT key, retry_at FROM (${room(own, now)}) b WHERE NOT has_room AND ${known}
    ),
    sent_before AS (${sentBefore(challenge)}),
    guarded AS (${guardedSend(guard, { phoneNumber, knownDevice: known, sentBefore: sql`sent_before`, now })}),
    spent_by_stranger AS (${spend(due, now, byStranger)}),
    spent_by_device AS (${spend(own, now, sql`${allowed} AND ${known}`)}),
    spent AS (SELECT key FROM spent_by_stranger UNION ALL SELECT key FROM spent_by_device),
    challenge AS (${openChallenge({ ...challenge, countedUnder: sql`(SELECT counted_under FROM guarded)`, when: paid })}),
    message AS (${queued})
    SELECT c.challenge_id, c.secret_id, c.expires_at, CASE WHEN NOT g.withheld THEN m.id END AS message_id, m.locale,
      (SELECT locked_until FROM locked) AS locked_until,
      EXISTS (SELECT 1 FROM person) AS known, ${knowingAccount} AS knowing_account,
      EXISTS (SELECT 1 FROM suspicion) AS suspicious,
      (SELECT refusal FROM refused) AS refusal,
      (SELECT sent_at FROM cooling) AS sent_at,
      (SELECT max(retry_at) FROM full_budget) AS retry_at,
      ARRAY(SELECT key FROM full_budget) AS full_budgets,
      ARRAY(SELECT key FROM spent) AS spent,
      g.paused_until, g.withheld, g.counted_under, g.worth
    FROM guarded g LEFT JOIN challenge c ON true LEFT JOIN message m ON true`;
}

/** For test numbers, of which no row is written. */
const NO_MESSAGE = { channel: 'SMS', country: null, provider: 'console' } as const;

interface OpenRow extends GuardedRow, Record<string, unknown> {
  knowing_account: string | null;
  suspicious: boolean;
  refusal: NumberRefusal | null;
  challenge_id: string | null;
  secret_id: string;
  expires_at: string;
  message_id: string | null;
  locale: string;
  locked_until: string | null;
  known: boolean;
  sent_at: string | null;
  retry_at: string | null;
  full_budgets: string[];
  spent: string[];
}

function readResult(row: OpenRow, { acceptUnknown, challenge, guard }: OtpRequest): OtpRequestResult {
  if (row.challenge_id !== null) {
    return {
      kind: 'opened',
      challengeId: row.challenge_id,
      secretId: row.secret_id,
      expiresAt: new Date(row.expires_at),
      message: row.message_id === null ? null : { id: row.message_id, locale: row.locale },
      pausedUntil: dateOf(row.paused_until),
      counted: guard && row.counted_under.length > 0 ? { keys: row.counted_under, worth: row.worth } : null,
    };
  }
  if (row.locked_until !== null) return { kind: 'locked', lockedUntil: new Date(row.locked_until) };
  if (row.suspicious) return { kind: 'suspicious' };
  if (row.refusal !== null) return { kind: 'refused_number', refusal: row.refusal };
  if (!row.known && !acceptUnknown) return { kind: 'unknown_phone' };
  const sentAt = dateOf(row.sent_at);
  const cooledDown = sentAt && addSeconds(sentAt, challenge.cooldown);
  return { kind: 'too_soon', retryAt: latest(cooledDown, dateOf(row.retry_at)), spentBudgets: row.full_budgets };
}

/** A budget whose key only the statement knew, for another statement. */
function knownAs(account: string): (spending: Spending) => Spending {
  return ({ key, ending, ...size }) => ({ key: ending ? key + account : key, ...size });
}

function dateOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
