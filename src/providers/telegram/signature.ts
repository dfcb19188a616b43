import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ReportRequest } from '../delivery-report.js';

/** Seconds by which the timestamp of a report may differ from our clock. A report can be replayed that long. */
const TOLERANCE = 300;

/** @param token the API token, with which Telegram signs */
export function reportKey(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Whether Telegram sent a report, and sent it now: HMAC-SHA-256 over timestamp, line feed and body
 * (https://core.telegram.org/gateway/api#checking-report-integrity).
 */
export function isGenuine({ headers, body }: ReportRequest, key: Buffer, now: Date): boolean {
  const { 'x-request-timestamp': timestamp, 'x-request-signature': signature } = headers;
  // Two headers of a name arrive as one with a comma, or as a list.
  if (typeof timestamp !== 'string' || !/^[1-9]\d{0,11}$/.test(timestamp)) return false;
  if (typeof signature !== 'string' || !/^[\da-f]{64}$/i.test(signature)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE) return false;
  const right = createHmac('sha256', key).update(`${timestamp}\n${body}`).digest();
  return timingSafeEqual(right, Buffer.from(signature, 'hex'));
}
