import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import type { Channel } from '../texts/channel.js';
import type { DeliveryFailure, DeliveryReport } from '../providers/delivery-report.js';
import type { Way } from './delivery-routes.js';
import type { Price, Provider } from '../providers/message-sender.js';
import type { MessageFailure, MessageStatus } from './message.table.js';

/** Seconds after the last report from when on a provider knows what a message cost. */
const PRICE_AFTER = 60;

/** Where a message is, and how it came there. */
export interface MessageState extends Way {
  readonly id: string;
  readonly phoneNumber: string;
  readonly status: MessageStatus;
  readonly failure: MessageFailure | null;
  readonly provider: Provider | null;
  readonly ruledOut: readonly Provider[];
  readonly attempts: number;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** What a report changed. */
export interface Reported extends MessageState {
  /** It told a price that had not been told before. */
  readonly newPrice: boolean;
}

/** What becomes of messages once a provider has taken them. */
export class DeliveryRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(id: string): Promise<MessageState | null> {
    const [row] = await this.#db.execute<StateRow>(sql`SELECT ${stateColumns} FROM messages WHERE id = ${id}::uuid`);
    return row ? readState(row) : null;
  }

  /**
   * It arrived, whatever was thought of it before, and whoever of those that had it says so. Only the first report
   * counts: one statement, because the same one may come twice at once.
   */
  async delivered(report: DeliveryReport, by: { now: Date; askPrice: boolean }): Promise<Reported | null> {
    const { provider } = report;
    return this.#settle(report, {
      ...by,
      set: sql`status = 'delivered', failure = NULL, provider_code = NULL, provider = ${provider}`,
      where: sql`status <> 'delivered' AND failure IS DISTINCT FROM 'withheld'
        AND (provider = ${provider} OR attempts > 1)`,
    });
  }

  /**
   * It was lost. `next` gets it in place of the provider that lost it, as soon as any process looks. Whatever happened
   * since `before` was read wins, and a report about an attempt that is over changes nothing.
   */
  async lost(
    report: DeliveryReport & { readonly failure: DeliveryFailure },
    by: { before: MessageState; next: Provider | null; now: Date; askPrice: boolean },
  ): Promise<Reported | null> {
    const { provider, failure, providerCode, providerMessageId } = report;
    const { before, next, now } = by;
    const onward =
      next === null
        ? sql`status = 'failed'`
        : sql`status = 'queued', provider = ${next}, ruled_out = array_append(ruled_out, ${provider}),
            next_attempt_at = ${instant(now)}`;
    return this.#settle(report, {
      ...by,
      set: sql`${onward}, failure = ${failure}, provider_code = ${providerCode ?? null}`,
      where: sql`status = ${before.status} AND attempts = ${before.attempts}
        AND status IN ('queued', 'sent') AND provider = ${provider}
        AND (provider_message_id IS NULL OR ${providerMessageId}::text IS NULL OR provider_message_id = ${providerMessageId})`,
    });
  }

  async #settle(
    { messageId, price, providerMessageId }: DeliveryReport,
    by: { now: Date; askPrice: boolean; set: SQL; where: SQL },
  ): Promise<Reported | null> {
    const priceDueAt = by.askPrice && !price ? addSeconds(by.now, PRICE_AFTER) : null;
    const told = sql`old_price = ${price?.amount ?? null}::numeric AND old_currency = ${price?.currency ?? null}`;
    // The row as it was, locked: a price that came with the answer already is not to be counted again.
    const [row] = await this.#db.execute<StateRow & { new_price: boolean }>(sql`
      WITH old AS (
        SELECT id AS old_id, price AS old_price, price_currency AS old_currency FROM messages
        WHERE id = ${messageId}::uuid FOR UPDATE
      )
      UPDATE messages SET ${by.set}, settled_at = ${instant(by.now)},
        provider_message_id = coalesce(${providerMessageId}, provider_message_id), ${priceColumns(price)},
        price_due_at = CASE WHEN price IS NULL THEN ${priceDueAt && instant(priceDueAt)}::timestamptz END
      FROM old WHERE id = old_id AND ${by.where}
      RETURNING ${stateColumns}, (${told}) IS NOT TRUE AS new_price`);
    return row ? { ...readState(row), newPrice: row.new_price } : null;
  }

  /** The code of a challenge was proved: which message brought it. Each message counts once. */
  async verified(challengeId: string, now: Date): Promise<MessageState | null> {
    const [row] = await this.#db.execute<StateRow>(sql`
      UPDATE messages SET verified_at = ${instant(now)}
      WHERE id = (
        SELECT id FROM messages WHERE challenge_id = ${challengeId}::uuid AND status IN ('sent', 'delivered')
        ORDER BY created_at DESC LIMIT 1
      ) AND verified_at IS NULL
      RETURNING ${stateColumns}`);
    return row ? readState(row) : null;
  }

  /** Up to `most` messages whose price is to be asked for: each goes to one process, once. */
  async takePriceDue(now: Date, most: number): Promise<readonly PricedMessage[]> {
    const rows = await this.#db.execute<PricedRow>(sql`
      UPDATE messages SET price_due_at = NULL WHERE id IN (
        SELECT id FROM messages WHERE price_due_at <= ${instant(now)}
        ORDER BY price_due_at LIMIT ${most} FOR UPDATE SKIP LOCKED
      )
      RETURNING id, provider, provider_message_id, channel, country`);
    return rows.map(({ provider_message_id: providerMessageId, ...rest }) => ({ ...rest, providerMessageId }));
  }

  async keepPrice(id: string, price: Price): Promise<void> {
    await this.#db.execute(sql`UPDATE messages SET ${priceColumns(price)} WHERE id = ${id}::uuid`);
  }
}

export interface PricedMessage extends Way {
  readonly id: string;
  readonly provider: Provider | null;
  readonly providerMessageId: string | null;
}

const stateColumns = sql`id, phone_number, channel, country, status, failure, provider, ruled_out, attempts, created_at,
  settled_at`;

function priceColumns(price: Price | undefined): SQL {
  return sql`price = coalesce(${price?.amount ?? null}::numeric, price),
    price_currency = coalesce(${price?.currency ?? null}, price_currency)`;
}

interface StateRow extends Record<string, unknown> {
  id: string;
  phone_number: string;
  channel: Channel;
  country: string | null;
  status: MessageStatus;
  failure: MessageFailure | null;
  provider: Provider | null;
  ruled_out: Provider[];
  attempts: number;
  created_at: string;
  settled_at: string | null;
}

interface PricedRow extends Record<string, unknown> {
  id: string;
  provider: Provider | null;
  provider_message_id: string | null;
  channel: Channel;
  country: string | null;
}

function readState(row: StateRow): MessageState {
  return {
    id: row.id,
    phoneNumber: row.phone_number,
    channel: row.channel,
    country: row.country,
    status: row.status,
    failure: row.failure,
    provider: row.provider,
    ruledOut: row.ruled_out,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    settledAt: row.settled_at === null ? null : new Date(row.settled_at),
  };
}
