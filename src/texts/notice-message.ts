import { isolatedIn, leftToRightIn } from './bidi.js';
import { languages } from './languages/languages.js';
import type { Locale } from './locale.js';
import type { NoticeKind } from './notice-kind.js';
import type { NoticeWording } from './notice-wording.js';
import type { WrittenMessage } from './otp-message.js';
import { smsSegments } from './sms-size.js';

export interface NoticeContent {
  readonly kind: NoticeKind;
  readonly locale: Locale;
  readonly serviceName: string | null;
  /** When it happened. */
  readonly at: Date;
  /** A rough device (rough-device.ts); null: it is not known. */
  readonly device: string | null;
  /** Until when the owner can act; null: there is no such time. */
  readonly until: Date | null;
  /** What takes a change back; null: there is nothing to take back. */
  readonly code: string | null;
}

/** The ways on which owners are told. */
export type NoticeChannel = 'SMS' | 'EMAIL';

/** Writes a notice: what happened, on which device roughly, and what to do if it was somebody else. */
export function writeNotice(channel: NoticeChannel, content: NoticeContent): WrittenMessage {
  const { kind: notice, locale, code } = content;
  const written = { notice, code, locale };
  return channel === 'SMS'
    ? { channel, ...written, text: noticeText(content) }
    : { channel, ...written, ...noticeEmail(content) };
}

/** The device is left out where it would cost one more segment. Emails always have it. */
function noticeText(content: NoticeContent): string {
  const { locale, device, code } = content;
  const { fullStop, space, brackets } = languages[locale].punctuation;
  const ending = [...advice(content), ...(code === null ? [] : [leftToRightIn(happened(content), code)])];
  const textWith = (named: string) => [`${titled(content)}${named}${fullStop}`, ...ending].join(space);
  const short = textWith('');
  if (device === null) return short;
  const long = textWith(brackets.join(leftToRightIn(short, device)));
  return smsSegments(long) > smsSegments(short) ? short : long;
}

function noticeEmail(content: NoticeContent): { subject: string; text: string } {
  const { locale, device, at, code } = content;
  const { fullStop } = languages[locale].punctuation;
  const subject = titled(content);
  const details = [...(device === null ? [] : [device]), inDigits(at)].join(', ');
  const lines = [`${subject}${fullStop}`, leftToRightIn(subject, details), ...advice(content)];
  return { subject, text: [...lines, ...(code === null ? [] : [code])].join('\n\n') };
}

function happened({ locale, kind, until }: NoticeContent): string {
  const words = languages[locale].notices;
  return kind === 'deletion_requested' && until === null ? words.accountDeleted : words.happened[kind];
}

/** With the name of the service in front, by which the reader knows which account is meant. */
function titled(content: NoticeContent): string {
  const { serviceName, locale } = content;
  const words = happened(content);
  const { colon } = languages[locale].punctuation;
  return serviceName === null ? words : `${isolatedIn(words, serviceName)}${colon}${words}`;
}

function advice(content: NoticeContent): readonly string[] {
  const words = adviceOf[content.kind](languages[content.locale].notices, content);
  return words === null ? [] : [words];
}

/** Null: there is nothing left to do. */
type Advice = (words: NoticeWording, content: NoticeContent) => string | null;

const endSessions: Advice = (words) => words.endSessions;
const newPassword: Advice = (words) => words.newPassword;

/** A change without a code to take it back is changed again by hand, as all others. */
const takeBack: Advice = (words, { until, code }) =>
  code === null || until === null
    ? words.endSessions
    : words.takeBack(leftToRightIn(words.endSessions, inDigits(until)));

const signInBefore: Advice = (words, { until }) =>
  until === null ? null : words.signInBefore(leftToRightIn(words.endSessions, inDigits(until)));

const adviceOf: Readonly<Record<NoticeKind, Advice>> = {
  new_device: endSessions,
  password_changed: newPassword,
  password_removed: newPassword,
  password_reset: newPassword,
  email_changed: endSessions,
  phone_changed: takeBack,
  phone_change_reverted: newPassword,
  account_locked: (words) => words.shareNoCode,
  deletion_requested: signInBefore,
  passkey_added: (words) => words.removePasskey,
  passkey_removed: endSessions,
  passkey_cloned: (words) => words.addAnotherPasskey,
  passkey_missing: (words, content) => signInBefore(words, content) ?? words.shareNoCode,
};

/** The same in every language: `2026-01-31 14:05 UTC`. */
function inDigits(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
