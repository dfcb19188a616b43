import type { ProviderName } from '../providers/message-sender.js';
import type { Prices } from './prices.js';
import { hoursOf, type SendDayRepository } from './send-day.repository.js';
import { addUp, type Counted, type Paid, paid } from './sent.js';
import { daysAfter, dayOf, startOf, type UtcDay } from './utc-day.js';

/** Days after a day's end until it is summed up: reports and prices have arrived by then. Messages are kept for 30 days. */
const SETTLED_AFTER = 1;
/** Days that each process sums up once more after its start: a clock that was ahead may have summed them up too early. */
const AGAIN = 3;
/** Days that `busiestDay` looks back: four weeks. */
const LOOKED_BACK = 28;

export interface SendDayParts {
  readonly days: SendDayRepository;
  readonly prices: Prices;
  /** Providers that send nothing. */
  readonly free: ReadonlySet<ProviderName>;
}

export interface DaysPaid {
  readonly currency: string;
  readonly paid: readonly Paid[];
}

/**
 * What was sent day by day. A day is summed up from its messages, all of it in one statement, once it is settled. Days that
 * are not summed up yet are read from the messages, so no message counts twice.
 */
export class SendDays {
  readonly #parts: SendDayParts;
  /** All days before it are summed up. Days without messages leave no sums that would tell. */
  #next: UtcDay | null = null;

  constructor(parts: SendDayParts) {
    this.#parts = parts;
  }

  /** Sums up the days that are settled, and removes up to `most` sums that are over. Several processes may do so at once. */
  async remove(now: Date, most: number): Promise<number> {
    const { days } = this.#parts;
    const end = daysAfter(dayOf(now), -SETTLED_AFTER);
    const begin = this.#next ?? (await this.#begin(end));
    const { currency } = this.#parts.prices;
    this.#next = await this.#eachDay(begin, end, async (day) => days.keep(day, await this.#sums(day), currency));
    return days.removeOver(now, most);
  }

  /** What was sent and paid in the days from `from` until now. Sums in another currency than today's are left out. */
  async since(from: UtcDay, now: Date): Promise<DaysPaid> {
    const { days, prices } = this.#parts;
    const { currency } = prices;
    const last = await days.lastDay();
    const settled = daysAfter(dayOf(now), -SETTLED_AFTER - 1);
    const summed = last === null ? daysAfter(from, -1) : earlier(last, settled);
    const found: Paid[] = (await days.days(from, summed)).filter((sum) => sum.currency === currency);
    const unsummed = summed < from ? from : daysAfter(summed, 1);
    await this.#eachDay(unsummed, daysAfter(dayOf(now), 1), async (day) => void found.push(...(await this.#sums(day))));
    return { currency, paid: found };
  }

  /**
   * The most codes that were verified in a day of the last four weeks. Unverified sends do not count: a flood of them must
   * not raise the limit that is to stop it.
   */
  busiestDay(now: Date): Promise<number> {
    return this.#parts.days.mostVerified(daysAfter(dayOf(now), -LOOKED_BACK));
  }

  /** Goes through the days with messages, from `from` on and before `to`. Returns the day after the last of them. */
  async #eachDay(from: UtcDay, to: UtcDay, work: (day: UtcDay) => Promise<void>): Promise<UtcDay> {
    let next = from;
    for (;;) {
      const day = await this.#parts.days.oldestDay({ from: startOf(next), to: startOf(to) });
      if (day === null) return next;
      await work(day);
      next = daysAfter(day, 1);
    }
  }

  async #begin(end: UtcDay): Promise<UtcDay> {
    const last = await this.#parts.days.lastDay();
    return last === null ? '1970-01-01' : earlier(daysAfter(last, 1), daysAfter(end, -AGAIN));
  }

  async #sums(day: UtcDay): Promise<Paid[]> {
    const { days, prices } = this.#parts;
    const parts: Counted[] = [];
    for (const hour of hoursOf(day)) parts.push(...(await days.counted(hour, prices.currency)));
    return addUp(parts).map((counted) => paid(counted, this.#parts));
  }
}

function earlier(one: UtcDay, other: UtcDay): UtcDay {
  return one < other ? one : other;
}
