import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { Channel } from '../texts/channel.js';
import { NO_COUNTRY } from './route-facts.js';

/** What became of codes for which a provider was chosen first, or what one provider was given of them. */
export interface CodeSums {
  readonly channel: Channel;
  readonly country: string;
  readonly first: ProviderName;
  /** Null: the row counts codes. Otherwise it counts messages that this provider took. */
  readonly via: ProviderName | null;
  readonly tries: number;
  readonly verified: number;
  readonly ownerTries: number;
  readonly ownerVerified: number;
  readonly taken: number;
  /** Those whose price the provider told in the currency, and that money. */
  readonly priced: number;
  readonly told: number;
}

interface Row extends Record<string, unknown> {
  channel: Channel;
  country: string;
  first: string;
  via: string | null;
  tries: number;
  verified: number;
  owner_tries: number;
  owner_verified: number;
  taken: number;
  priced: number;
  told: number;
}

/**
 * A number counts once a day: its first code, by the provider that was chosen first for it. Whoever asks for another code has
 * not got the first one in time, so that one stays unverified. An owner has verified an account there a day ago or earlier:
 * who wants to teach the route something wrong needs such an account for each code. Codes that were withheld taught nothing.
 * Raw: sums over rows that another sum reads, too.
 */
const results = new Statement<Row, { from: Date; until: Date; currency: string }>(
  'learned routes: results of codes',
  sql`
  WITH judged AS (
    SELECT m.challenge_id, m.channel, coalesce(m.country, ${sql.raw(`'${NO_COUNTRY}'`)}) AS country, m.route[1] AS first,
      m.verified_at,
      CASE WHEN m.channel = 'EMAIL'
        THEN EXISTS (SELECT 1 FROM users u WHERE lower(u.email) = lower(m.phone_number)
          AND u.email_verified_at <= m.created_at - interval '1 day')
        ELSE EXISTS (SELECT 1 FROM users u WHERE u.phone_number = m.phone_number
          AND u.phone_verified_at <= m.created_at - interval '1 day')
      END AS owner
    FROM messages m
    WHERE m.created_at >= ${parameter('from', 'timestamptz')} AND m.created_at < ${parameter('until', 'timestamptz')}
      AND m.route IS NOT NULL AND m.purpose IS NOT NULL AND m.phone_number <> ''
      AND (m.failure IN ('withheld', 'destination_blocked')) IS NOT TRUE
      AND NOT EXISTS (
        SELECT 1 FROM messages e WHERE e.phone_number = m.phone_number AND e.channel = m.channel AND e.purpose IS NOT NULL
          AND e.created_at > m.created_at - interval '1 day' AND (e.created_at, e.id) < (m.created_at, m.id)
          AND (e.failure IN ('withheld', 'destination_blocked')) IS NOT TRUE)
  ),
  sends AS (
    SELECT j.channel, j.country, j.first, s.provider, s.lost_by, s.price, s.price_currency,
      s.status IN ('sent', 'delivered') OR s.status = 'failed' AND s.taken_at IS NOT NULL AND s.lost_by = '{}' AS taken
    FROM judged j JOIN messages s ON s.challenge_id = j.challenge_id
  ),
  attempts AS (
    SELECT channel, country, first, provider AS via,
      CASE WHEN price_currency = ${parameter('currency', 'text')} THEN price::float8 END AS told
    FROM sends WHERE taken
    UNION ALL
    SELECT channel, country, first, lost.provider, NULL FROM sends, unnest(lost_by) AS lost (provider)
  )
  SELECT channel, country, first, NULL AS via, count(*)::int AS tries, count(verified_at)::int AS verified,
    (count(*) FILTER (WHERE owner))::int AS owner_tries, (count(verified_at) FILTER (WHERE owner))::int AS owner_verified,
    0 AS taken, 0 AS priced, 0::float8 AS told
  FROM judged GROUP BY channel, country, first
  UNION ALL
  SELECT channel, country, first, via, 0, 0, 0, 0, count(*)::int, count(told)::int, coalesce(sum(told), 0)
  FROM attempts GROUP BY channel, country, first, via`,
);

/** What became of the codes that were asked for in a span of time. */
export class CodeResultRepository {
  /** @param by told prices in another currency do not count */
  async between(
    db: Database,
    { from, until }: { readonly from: Date; readonly until: Date },
    by: { readonly currency: string },
  ): Promise<readonly CodeSums[]> {
    const rows = await results.run(db, { from, until, currency: by.currency });
    return rows.map(({ owner_tries: ownerTries, owner_verified: ownerVerified, ...row }) => ({
      ...row,
      ...{ ownerTries, ownerVerified },
    }));
  }
}
