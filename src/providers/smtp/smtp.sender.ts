import type { Transporter } from 'nodemailer';
import type { Clock } from '../../platform/clock.js';
import { isEmailAddress, type Mailbox, readMailbox } from '../../platform/email-address.js';
import { emailHtml } from './email-html.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { smtpFailure } from './failure.js';

export interface SmtpSettings {
  /** `smtp://` or `smtps://user:password@host:port`, nothing more: nodemailer would take options from a query. */
  readonly url: string;
  /** As `readMailbox` reads it. */
  readonly from: string;
  /** Whether nothing is sent unless the connection is encrypted. */
  readonly requireTls: boolean;
  /** For a whole message: waiting for a connection, and the server's last word. */
  readonly timeoutMs: number;
  /** Certificates to trust instead of Node's, in PEM. */
  readonly ca?: string | undefined;
}

/** Connections kept open; more messages wait for one. Mail servers allow few. */
const CONNECTIONS = 5;
/** Milliseconds that a connection stays open unused: shorter than servers allow, so that we end it, not they. */
const IDLE_MS = 30_000;

/** Loads the `nodemailer` package only now: it costs a tenth of a second and 15 MB, of no use to other senders. */
export async function createSmtpSender(settings: SmtpSettings, clock: Clock): Promise<SmtpSender> {
  const { url, requireTls, timeoutMs, ca } = settings;
  const from = readMailbox(settings.from);
  if (!from) throw new Error('the sender of emails is not one address');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    pool: true,
    url,
    requireTLS: requireTls,
    // Credentials are used or the message is not sent; never quietly without them.
    forceAuth: new URL(url).username !== '',
    // Servers distrust the default, which in a container is an address of its own.
    name: from.domain,
    maxConnections: CONNECTIONS,
    idleTimeout: IDLE_MS,
    // Once: for a connection that the server closed while it was idle. Everything else is the outbox's to repeat.
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
    // Strict enough that no address can be read as another one, as two, or as a header.
    if (!isEmailAddress(message.to))
      return { kind: 'failed', reason: 'invalid_number', providerCode: 'NOT_AN_ADDRESS' };
    const { transport, from, timeoutMs, clock } = this.#parts;
    const { id, to, code, text, locale } = message;
    const subject = onOneLine(message.subject);
    // The same for each attempt, so that whoever gets a second copy can tell.
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
        // RFC 3834: no vacation notices in return.
        headers: { 'Auto-Submitted': 'auto-generated' },
        // A server that trickles its replies never meets the timeouts, which are all of silence.
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
