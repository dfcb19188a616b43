import type { Locale } from '../src/texts/locale.js';
import { type NoticeKind, noticeKinds } from '../src/texts/notice-kind.js';
import { writeNotice } from '../src/texts/notice-message.js';
import type { WrittenMessage } from '../src/texts/otp-message.js';

const HAPPENED = new Date('2026-01-28T14:05:00Z');
const WITH_END: ReadonlySet<NoticeKind> = new Set(['phone_changed', 'deletion_requested', 'passkey_missing']);

/** The notices of one language, for a service called Acme: all by text, one by email. */
export function noticeExamples(locale: Locale): { readonly texts: string; readonly email: WrittenMessage } {
  const texts = noticeKinds.map((kind) => writeNotice('SMS', contentOf(kind, locale)).text).join('\n');
  return { texts, email: writeNotice('EMAIL', contentOf('phone_changed', locale)) };
}

function contentOf(kind: NoticeKind, locale: Locale) {
  const until = WITH_END.has(kind) ? new Date('2026-01-31T14:05:00Z') : null;
  const code = kind === 'phone_changed' ? 'ABCD-EFGH-IJKL-MNOP' : null;
  const device = kind === 'account_locked' ? null : 'Chrome, Windows';
  return { kind, locale, serviceName: 'Acme', at: HAPPENED, device, until, code };
}
