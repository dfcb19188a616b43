import type { Transporter } from 'nodemailer';
import type { Clock } from '../../platform/clock.js';
import { type Mailbox, readEmailAddress, readMailbox } from '../../platform/email-address.js';
import { emailHtml } from './email-html.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { smtpFailure } from './failure.js';

export interface SmtpSettings {
  /** `smtp://` or `smtps://user:password@host:port` without query, because nodemailer would take options from it. */
  readonly url: string;
  /** As `readMailbox` reads it. */
  readonly from: string;
  /** Whether messages are sent only over an encrypted connection. */
  readonly requireTls: boolean;
  /** For a whole message, from waiting for a connection to the server's last answer. */
  readonly timeoutMs: number;
  /** Certificates to trust instead of Node's, in PEM. */
  readonly ca?: string | undefined;
}

/** Connections kept open; further messages wait for one. Mail servers allow few. */
const CONNECTIONS = 5;
/** Milliseconds that an unused connection stays open. Less than servers allow, so that we close it, and not they. */
const IDLE_MS = 30_000;

/** Loads the `nodemailer` package only now, because it costs a tenth of a second and 15 MB. */
export async function createSmtpSender(settings: SmtpSettings, clock: Clock): Promise<SmtpSender> {
  const { url, requireTls, timeoutMs, ca } = settings;
  const from = readMailbox(settings.from);
  if (!from) throw new Error('the sender of emails is not one address');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    pool: true,
    url,
    requireTLS: requireTls,
    // If the credentials cannot be used, the message is not sent.
    forceAuth: new URL(url).username !== '',
    // The default is the name of the container, which servers do not trust.
    name: from.domain,
    maxConnections: CONNECTIONS,
    idleTimeout: IDLE_MS,
    // Once, for a connection that the server closed while it was idle. The outbox repeats everything else.
    maxRequeues: 1,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
  });
  return new SmtpSender({ transport, from, timeoutMs, clock });
}

interface SmtpParts {
  readonly transport: Transporter;
  readonly from: Mailbox;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Hands emails to a mail server (RFC 5321, 6409). */
export class SmtpSender implements MessageSender {
  readonly provider = 'smtp';
  // Private to the runtime too: the transport holds the password.
  readonly #parts: SmtpParts;

  constructor(parts: SmtpParts) {
    this.#parts = parts;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    if (message.channel !== 'EMAIL') return { kind: 'failed', reason: 'rejected', providerCode: 'NOT_AN_EMAIL' };
    // So strict that no address can be read as another one, as two, or as a header.
    const to = readEmailAddress(message.to);
    if (to === null) return { kind: 'failed', reason: 'invalid_number', providerCode: 'NOT_AN_ADDRESS' };
    const { transport, from, timeoutMs, clock } = this.#parts;
    const { id, code, text, locale } = message;
    const subject = onOneLine(message.subject);
    // The same for each attempt, so that mail programs recognize a second copy.
    const messageId = `<${id}@${from.domain}>`;
    try {
      await transport.sendMail({
        from: { name: from.name ?? '', address: from.address },
        to: { name: '', address: to },
        messageId,
        date: clock.now(),
        subject,
        text,
        html: emailHtml({ subject, text, code, locale }),
        // RFC 3834: asks for no vacation notices in return.
        headers: { 'Auto-Submitted': 'auto-generated' },
        // The timeouts above measure silence. A server that sends a byte now and then would never reach them.
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { kind: 'accepted', providerMessageId: messageId };
    } catch (error) {
      return smtpFailure(error);
    }
  }

  /** Ends the connections that wait for more messages. */
  async close(): Promise<void> {
    this.#parts.transport.close();
  }
}

/** Nothing in a subject can begin another header. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
