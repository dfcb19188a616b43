import type { TestPhones } from '../phone/test-phones.js';
import { addSeconds } from '../platform/clock.js';
import type { Channel } from '../texts/channel.js';
import { negotiateLocale } from '../texts/locale.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import { writeNotice } from '../texts/notice-message.js';
import type { WrittenMessage } from '../texts/otp-message.js';
import type { TextSettings } from '../texts/text-settings.js';

/** What a message with a notice is made from, each time one is sent. */
export interface NoticeMessage {
  readonly channel: Channel;
  /** E.164; with EMAIL an address. */
  readonly destination: string;
  readonly notice: NoticeKind;
  /** `device`, `until` (ISO 8601), `changeId`, `secretId`: as far as the kind has them. */
  readonly details: Readonly<Record<string, unknown>>;
  /** When it happened. */
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly locale: string;
}

/** Seconds after which a notice is not sent any more: a day late, it helps no user and worries people. */
export const NOTICE_LIFE = 86_400;

/** A change that can be taken back, as the details of its notice name it. */
export interface UndoableChange {
  readonly changeId: string;
  /** The secret that its codes are derived with; null: the current one. */
  readonly secretId: string | null;
}

/** What takes a change back: one code for each channel. Null: it cannot be taken back by a code. */
export type UndoCodes = (change: UndoableChange, channel: Channel) => string | null;

export interface NoticeMessageParts {
  readonly testPhones: TestPhones;
  readonly texts: TextSettings;
  readonly undoCodes: UndoCodes;
}

/** Writes the messages that carry notices. A code to take a change back is made for them, and is in no row. */
export class NoticeMessageWriter {
  readonly #parts: NoticeMessageParts;

  constructor(parts: NoticeMessageParts) {
    this.#parts = parts;
  }

  /** Null: nothing may be sent, or it is too late for the owner to do anything. */
  write({ channel, destination, notice: kind, ...message }: NoticeMessage, now: Date): WrittenMessage | null {
    const { testPhones, texts, undoCodes } = this.#parts;
    if (channel !== 'SMS' && channel !== 'EMAIL') return null;
    if (testPhones.codeOf(destination, now) !== null) return null;
    const { device, until, changeId, secretId } = readDetails(message.details);
    if (message.expiresAt <= now || (until !== null && until <= now)) return null;
    const locale = negotiateLocale({ requested: message.locale, fallback: texts.defaultLocale });
    const { serviceName } = texts;
    const code = changeId === null ? null : undoCodes({ changeId, secretId }, channel);
    return writeNotice(channel, { kind, locale, serviceName, at: message.createdAt, device, until, code });
  }
}

/** When a notice is given up that was written down at `createdAt`. */
export function noticeEnd(createdAt: Date): Date {
  return addSeconds(createdAt, NOTICE_LIFE);
}

function readDetails(details: Readonly<Record<string, unknown>>) {
  const read = (name: string) => (typeof details[name] === 'string' ? details[name] : null);
  const until = read('until');
  const [changeId, secretId] = [read('changeId'), read('secretId')];
  return { device: read('device'), changeId, secretId, until: until === null ? null : new Date(until) };
}
