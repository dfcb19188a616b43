import type { FailedOutcome } from '../message-sender.js';

const TIMED_OUT: FailedOutcome = { kind: 'failed', reason: 'timeout', providerCode: null };

/**
 * The outcome of a request that failed without an answer.
 * @param signal the deadline of the request
 *
 * Only the code of Node (`ECONNREFUSED`, `ECONNRESET`) is read, because the message of an error may quote what was sent or
 * received.
 */
export function unanswered(error: unknown, signal: AbortSignal): FailedOutcome {
  if (signal.aborted) return TIMED_OUT;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.includes('TIMEDOUT')) return TIMED_OUT;
  const providerCode = /^[A-Z][A-Z0-9_]{2,39}$/.test(code) ? code : null;
  return { kind: 'failed', reason: 'provider_unavailable', providerCode };
}
