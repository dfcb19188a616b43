import { sql } from 'drizzle-orm';
import { isBlocked } from '../../blocks/is-blocked.js';
import { codesAsKnown } from '../../budgets/guess-subject.js';
import type { SpentSlots } from '../../budgets/rate-budget.js';
import { readSpent, type SpentRow, spentRows } from '../../budgets/rate-budget.repository.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { knownDevice, ownerOf, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import { isBelieved } from '../../messaging/refused-number.js';
import type { NumberRefusal } from '../../messaging/refused-number.table.js';
import { latestChallengeColumns, type LatestChallengeRow, readLatestChallenge } from '../../otp/latest-challenge.js';
import type { LatestChallenge } from '../../otp/open-challenge.js';
import type { ChallengePurpose } from '../../otp/otp-purpose.js';
import type { SubjectHash } from '../../platform/subject-hash.js';
import type { GuardFacts } from '../../pumping/guarded-send.js';
import { type GuardRows, guardRows, readGuardFacts } from '../../pumping/guard-facts.js';
import { PUMPING } from '../../pumping/pumping-parameters.js';
import type { Channel } from '../../texts/channel.js';

/** What a request for a code is judged by: rows as they are, without a judgement. */
export interface RequestFacts extends GuardFacts {
  /** The account that verified the number, or else the latest one that was registered with it. */
  readonly account: {
    readonly verified: boolean;
    readonly locale: string | null;
    /** Whether it showed a sign of life (pumping/trust.ts). */
    readonly alive: boolean;
  } | null;
  /** Whether the device token speaks for a device that the number's account knows. */
  readonly knownDevice: boolean;
  /** The lock that holds for this caller; a known device has one of its own. */
  readonly lockedUntil: Date | null;
  readonly challenge: LatestChallenge | null;
  /** Whether any of its messages was not withheld. */
  readonly wasSent: boolean;
  /** When a code was last sent to the number, for whatever purpose. */
  readonly lastSentAt: Date | null;
  /** Whether an administrator blocked the number, its beginning or its country. */
  readonly blocked: boolean;
  /** Why nothing arrives at the number by this channel, as far as providers said. */
  readonly refusal: NumberRefusal | null;
  /** What was spent of the budgets that were asked for. */
  readonly spent: ReadonlyMap<string, SpentSlots>;
}

/** Which rows a request is judged by. */
export interface FactsQuery {
  readonly phoneNumber: string;
  /** The number as limits name it. */
  readonly hashed: SubjectHash;
  readonly country: string | null;
  readonly purpose: ChallengePurpose;
  readonly channel: Channel;
  readonly device: DeviceTokenSubject | null;
  /** Keys of rate budgets. */
  readonly budgets: readonly string[];
  /** Keys of the pumping guard's counters and pauses. */
  readonly ranges: readonly string[];
  readonly now: Date;
}

const ALIVE_AFTER = sql.raw(String(PUMPING.aliveAfter));
const [phoneNumber, now] = [parameter('phoneNumber', 'text'), parameter('now', 'timestamptz')];
const purpose = parameter('purpose', 'text');
const hashed = parameter('hashed', 'text');

/** Raw: one row of facts from eight tables, of which any may have none. Each part is a look-up by key. */
const look = new Statement<FactsRow, ReturnType<typeof valuesOf>>(
  'requestOtp: look',
  sql`
    WITH account AS (
      SELECT u.locale, u.phone_verified_at IS NOT NULL AS verified, EXISTS (
        SELECT 1 FROM sessions s WHERE s.user_id = u.id
          AND s.last_used_at >= u.phone_verified_at + make_interval(secs => ${ALIVE_AFTER})) AS alive
      FROM users u
      WHERE u.phone_number = ${phoneNumber} ORDER BY u.phone_verified_at IS NULL, u.created_at DESC LIMIT 1
    ),
    known AS (${knownDevice(ownerOf(phoneNumber))})
    SELECT account.verified, account.locale, account.alive, known.budget IS NOT NULL AS known_device, lock.locked_until, ${latestChallengeColumns},
      EXISTS (SELECT 1 FROM messages m WHERE m.challenge_id = c.challenge_id AND m.failure IS DISTINCT FROM 'withheld') AS was_sent,
      pause.sent_at AS last_sent_at, refused.refusal, ${isBlocked({ destination: phoneNumber, country: parameter('country', 'text') }, now)} AS blocked,
      refused.expires_at AS refused_until,
      ${spentRows(parameter('budgets', 'text[]'))} AS spent,
      ${guardRows({ keys: parameter('ranges', 'text[]'), now })} AS guard
    FROM (SELECT 1) one LEFT JOIN account ON true LEFT JOIN known ON true
    LEFT JOIN guess_budgets lock
      ON lock.subject = ${codesAsKnown(hashed, sql`known`)} AND lock.locked_until > ${now}
    LEFT JOIN number_pauses pause ON pause.number = ${hashed}
    LEFT JOIN otp_challenges c ON c.phone_number = ${phoneNumber} AND c.purpose = ${purpose}
    -- The build before wrote numbers as they are; people who opted out must stay so.
    LEFT JOIN refused_numbers refused ON refused.phone_number IN (${hashed}, ${phoneNumber})
      AND refused.channel = ${parameter('channel', 'text')}`,
);

interface FactsRow extends LatestChallengeRow {
  /** Null: the number has no account. */
  readonly verified: boolean | null;
  readonly locale: string | null;
  readonly alive: boolean;
  readonly known_device: boolean;
  readonly locked_until: string | null;
  readonly was_sent: boolean;
  readonly blocked: boolean;
  readonly last_sent_at: string | null;
  readonly refusal: NumberRefusal | null;
  readonly refused_until: string | null;
  readonly spent: SpentRow[];
  readonly guard: GuardRows;
}

export async function lookForFacts(db: Database, query: FactsQuery): Promise<RequestFacts> {
  const [row] = await look.run(db, valuesOf(query));
  if (!row) throw new Error('Looking for facts returned no row.');
  return {
    account: row.verified === null ? null : { verified: row.verified, locale: row.locale, alive: row.alive },
    knownDevice: row.known_device,
    lockedUntil: dateOf(row.locked_until),
    challenge: readLatestChallenge(row),
    wasSent: row.was_sent,
    lastSentAt: dateOf(row.last_sent_at),
    blocked: row.blocked,
    refusal: readRefusal(row, query.now),
    spent: readSpent(row.spent),
    ...readGuardFacts(row.guard),
  };
}

function valuesOf({ device, ...query }: FactsQuery) {
  return { ...query, ...tokenValues(device) };
}

function readRefusal({ refusal, refused_until }: FactsRow, now: Date): NumberRefusal | null {
  if (refusal === null || refused_until === null) return null;
  return isBelieved({ refusal, expiresAt: new Date(refused_until) }, now) ? refusal : null;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
