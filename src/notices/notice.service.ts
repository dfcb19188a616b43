import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { NoticeSend } from '../budgets/send-budgets.js';
import { moneyUnits } from '../budgets/send-limits.js';
import type { DeliveryTarget } from '../messaging/delivery-routes.js';
import { leaseEnd } from '../messaging/message.repository.js';
import { noticeEnd } from '../messaging/notice-message-writer.js';
import type { OutboxService, SendDelay } from '../messaging/outbox.service.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { fraction, type Random } from '../platform/random.js';
import { type Locale, negotiateLocale } from '../texts/locale.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import type { Notice, NoticeOwner } from './notice.js';
import type { LockedSubject, NoticeRepository } from './notice.repository.js';
import type { NoticeWay } from './notices.settings.js';
import type { PreparedNotice } from './prepared-notice.js';
import { roughDevice } from './rough-device.js';

export type { PreparedNotice };

/** What anybody can cause who knows a password, or guesses. They must not use up what notices of changes need. */
const SIGNS: ReadonlySet<NoticeKind> = new Set(['new_device', 'account_locked']);

export interface NoticeParts {
  /** Empty: owners are told nothing. */
  readonly ways: ReadonlySet<NoticeWay>;
  readonly notices: NoticeRepository;
  readonly outbox: OutboxService;
  /** What notices may spend. False: a budget is spent. */
  readonly sends: { takeForNotice(notice: NoticeSend): Promise<boolean> };
  readonly prices: { priceOf(target: DeliveryTarget): number };
  readonly phoneNumbers: PhoneNumberRules;
  readonly defaultLocale: Locale;
  readonly sendAfterAnswer: SendDelay;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Tells owners what happened to their accounts, by text and by email. A use case prepares its notices, writes them down in
 * the statement that makes the change (`queueNotices`), and hands them over to be sent (docs/decisions/0039).
 */
export class NoticeService {
  readonly #parts: NoticeParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  /** One for each way to reach the owner; none where notices are off, or nothing is verified. */
  prepare(owner: NoticeOwner, { kind, details }: Notice, now: Date): readonly PreparedNotice[] {
    const { clock, random, defaultLocale } = this.#parts;
    const locale = negotiateLocale({ user: owner.locale, fallback: defaultLocale });
    const kept = 'device' in details ? { ...details, device: roughDevice(details['device'] ?? null) } : details;
    const next_attempt_at = leaseEnd(now).toISOString();
    return this.#targets(owner, now).map((target) => {
      return {
        ...target,
        id: random.rowId(clock),
        user_id: owner.id,
        notice: kind,
        details: kept,
        locale,
        next_attempt_at,
      };
    });
  }

  /** Sends what was written down, behind the answer. Those that were not written down are not sent. */
  send(notices: readonly PreparedNotice[]): void {
    if (notices.length > 0) this.#behind(() => this.#send(notices));
  }

  /** Guesses at a password, or at the codes of a number or address, are locked from now on: its owner is told. */
  locked(subject: LockedSubject, until: Date): void {
    if (this.#parts.ways.size > 0) this.#behind(() => this.#tellLocked(subject, until));
  }

  /** Resolves once nothing is under way behind the answers. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #targets(owner: NoticeOwner, now: Date) {
    const { ways, outbox } = this.#parts;
    const text = ways.has('text') && owner.phoneVerifiedAt ? this.#textTo(owner.phoneNumber, now) : null;
    const email = ways.has('email') && owner.emailVerifiedAt ? emailTo(owner.email) : null;
    return [text, email].flatMap((target) => {
      const plan = target && outbox.plan(target);
      if (!target || !plan || plan.kind === 'not_offered') return [];
      return [{ ...target, provider: plan.kind === 'planned' ? plan.provider : null }];
    });
  }

  /** Nothing is sent to test numbers. */
  #textTo(phoneNumber: string | null, now: Date) {
    const { phoneNumbers } = this.#parts;
    if (phoneNumber === null || phoneNumbers.testPhones.codeOf(phoneNumber, now) !== null) return null;
    const reading = readPhoneNumber(phoneNumber, phoneNumbers, now);
    const country = reading.kind === 'phone_number' ? (reading.destination?.country ?? null) : null;
    return { destination: phoneNumber, channel: 'SMS', country } as const;
  }

  async #tellLocked(subject: LockedSubject, until: Date): Promise<void> {
    const { notices, clock } = this.#parts;
    const now = clock.now();
    const owner = await notices.ownerOf(subject);
    if (!owner) return;
    const details = { until: until.toISOString() };
    const prepared = this.prepare(owner, { kind: 'account_locked', details }, now);
    if (prepared.length === 0) return;
    await notices.queue(prepared, now);
    await this.#send(prepared);
  }

  async #send(prepared: readonly PreparedNotice[]): Promise<void> {
    const { notices, clock } = this.#parts;
    const admitted = await notices.admit(prepared, clock.now());
    await Promise.all(
      prepared.map((notice) => {
        const createdAt = admitted.get(notice.id);
        return createdAt && this.#pay(notice, createdAt);
      }),
    );
  }

  async #pay(notice: PreparedNotice, createdAt: Date): Promise<void> {
    const { notices, outbox, sends, prices, clock, metrics } = this.#parts;
    const { id, notice: kind, details, destination, channel, country, provider, locale } = notice;
    const plan = outbox.plan({ channel, country });
    const free = plan.kind === 'planned' && plan.shownOnly;
    const money = free ? 0 : moneyUnits(prices.priceOf({ channel, country }));
    const way = channel === 'SMS' ? 'text' : 'email';
    if (!(await sends.takeForNotice({ way, sign: SIGNS.has(kind), money }))) {
      metrics.count('notices_withheld_total', { notice: kind });
      return notices.withhold(id, clock.now());
    }
    const fresh = { attempts: 1, ruledOut: [], lastFailure: null };
    const row = { id, notice: kind, details, destination, channel, country, provider, locale, createdAt };
    outbox.dispatch({ ...row, ...fresh, expiresAt: noticeEnd(createdAt) });
  }

  /** After the answer is out, as messages are sent: its time must not tell whether an owner is told. */
  #behind(task: () => Promise<void>): void {
    const { random, sendAfterAnswer, logger } = this.#parts;
    const { least, most } = sendAfterAnswer;
    const begin: Promise<unknown> = most > 0 ? pause(least + (most - least) * fraction(random)) : nextTurn();
    const work = begin
      .then(task)
      .catch((error: unknown) => logger.warn({ err: error }, 'a notice waits in the outbox, or was not written down'))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }
}

function emailTo(address: string | null) {
  return address === null ? null : ({ destination: address, channel: 'EMAIL', country: null } as const);
}
