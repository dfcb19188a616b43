import type { FailedOutcome, SendFailure } from '../message-sender.js';

/** Commands of nodemailer that are about the message. A refusal of an earlier command is about us. */
const ofMessage: ReadonlySet<unknown> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

/** Enhanced codes (RFC 3463, IANA) for a mailbox that does not exist. */
const noSuchMailbox: ReadonlySet<string> = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1']);
/** Plain codes for it, where the server has no enhanced codes (RFC 5321, section 4.2.3; RFC 7504). */
const noSuchMailboxPlain: ReadonlySet<number> = new Set([501, 550, 551, 553, 556]);
/** RFC 4954, section 6: not authenticated, or not well enough. */
const authenticationNeeded: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** The server is busy, or limits how much it takes from us. */
const busy: ReadonlySet<number> = new Set([421, 450]);

/**
 * What an error of `nodemailer` means. The server's words are read but not passed on, because they quote addresses. The
 * provider's code becomes `SMTP_550_5.1.1`, or Node's code, or a code that says what is wrong with the encryption.
 */
export function smtpFailure(error: unknown): FailedOutcome {
  const seen = look(error);
  return { kind: 'failed', reason: reasonOf(seen), providerCode: providerCodeOf(seen) };
}

interface Seen {
  readonly code: unknown;
  readonly originalCode: unknown;
  readonly command: unknown;
  /** 0: the server said nothing. */
  readonly reply: number;
  readonly enhanced: string | null;
  readonly response: string;
}

function look(error: unknown): Seen {
  const field = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const reply = Number(field('responseCode'));
  const response = String(field('response') ?? '');
  return {
    code: field('code'),
    originalCode: field('originalCode'),
    command: field('command'),
    reply: Number.isInteger(reply) ? reply : 0,
    enhanced: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null,
    response,
  };
}

function reasonOf(seen: Seen): SendFailure {
  const { code, reply, command } = seen;
  if (code === 'EABORT' || code === 'ETIMEDOUT') return 'timeout';
  if (busy.has(reply)) return 'slow_down';
  if (authenticationNeeded.has(reply) || (code === 'EAUTH' && reply >= 500)) return 'bad_credentials';
  if (reply >= 500 && command === 'RCPT TO') return isNoMailbox(seen) ? 'invalid_number' : 'rejected';
  if ((reply >= 500 && ofMessage.has(command)) || (reply === 0 && code === 'EMESSAGE')) return 'rejected';
  // Missing encryption is one of them: an attacker may have removed STARTTLS, so another try may work.
  return 'provider_unavailable';
}

/** A server that refuses to relay for us says 550 too. That tells nothing about the address. */
function isNoMailbox({ enhanced, reply, response }: Seen): boolean {
  if (enhanced !== null) return noSuchMailbox.has(enhanced);
  return noSuchMailboxPlain.has(reply) && !/\brelay/i.test(response);
}

function providerCodeOf({ code, originalCode, command, reply, enhanced }: Seen): string | null {
  if (code === 'EABORT' || code === 'ETIMEDOUT') return null;
  if (code === 'ETLS') return command === 'STARTTLS' && reply > 0 ? 'NO_STARTTLS' : 'TLS_FAILED';
  if (reply > 0) return enhanced === null ? `SMTP_${reply}` : `SMTP_${reply}_${enhanced}`;
  const found = [originalCode, code].find((each) => typeof each === 'string' && /^[A-Z][A-Z0-9_]{2,39}$/.test(each));
  return typeof found === 'string' ? found : null;
}
