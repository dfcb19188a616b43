import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { Channel } from '../texts/channel.js';
import { LEASE } from './message.repository.js';

/** A message that is written down together with its challenge. */
export interface NewMessage {
  readonly id: string;
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or 001. */
  readonly country: string | null;
  /** The provider that has the first attempt. */
  readonly provider: ProviderName;
  /** The order of the providers that was chosen for it; null: its route learns no order. */
  readonly route: readonly ProviderName[] | null;
  readonly locale: string;
  /** Whether it is not to be sent, and ends with that. */
  readonly withheld: boolean;
}

const now = parameter('now', 'timestamptz');
const withheld = parameter('withheld', 'boolean');
const lease = sql.raw(`interval '${LEASE} s'`);

/**
 * Writes a message down for each row of `challenges` (a table expression with `challenge_id`), if the call has one: in the
 * same statement as the challenge, so that neither is ever there without the other. The process that writes it has taken it
 * up by that, for its first attempt. Of the challenge's parameters it shares `destination`, `purpose`, `channel` and `now`.
 */
export function queueMessage(challenges: SQL): SQL {
  return sql`
    INSERT INTO messages (id, phone_number, purpose, challenge_id, channel, country, provider, locale, created_at, attempts,
      next_attempt_at, status, failure, settled_at, route)
    SELECT ${parameter('messageId', 'uuid')}, ${parameter('destination', 'text')}, ${parameter('purpose', 'text')},
      challenge_id, ${parameter('channel', 'text')}, ${parameter('country', 'text')}, ${parameter('provider', 'text')},
      ${parameter('locale', 'text')}, ${now}, (NOT ${withheld})::int, ${now} + ${lease},
      CASE WHEN ${withheld} THEN 'failed' ELSE 'queued' END, CASE WHEN ${withheld} THEN 'withheld' END,
      CASE WHEN ${withheld} THEN ${now} END, ${parameter('route', 'text[]')}
    FROM ${challenges} WHERE ${parameter('messageId', 'uuid')} IS NOT NULL`;
}

/** Values for the parameters of `queueMessage`; null: nothing is written. */
export function newMessageValues(message: NewMessage | null) {
  const { id: messageId, country, provider, route, locale, withheld } = message ?? NO_MESSAGE;
  return { messageId, country, provider, route, locale, withheld };
}

const NO_MESSAGE = { id: null, country: null, provider: null, route: null, locale: null, withheld: false };
