import { createHash, createHmac } from 'node:crypto';

export interface SignedReport {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A report as Telegram signs it (https://core.telegram.org/gateway/api#checking-report-integrity). */
export function signedReport(content: unknown, { token, at }: { token: string; at: Date }): SignedReport {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = createHash('sha256').update(token).digest();
  const signature = createHmac('sha256', key).update(`${timestamp}\n${body}`).digest('hex');
  return { headers: { 'x-request-timestamp': timestamp, 'x-request-signature': signature }, body };
}
