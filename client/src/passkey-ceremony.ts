import { WebAuthnAbortService } from '@simplewebauthn/browser';
import { AccountsError } from './accounts-error.js';

interface Wait {
  readonly signal?: AbortSignal | undefined;
  /** Seconds after which the wait ends with `renew`. */
  readonly renewAfter?: number | undefined;
}

/** Milliseconds. The library asks the browser something before it can be stopped. */
const STOP_AGAIN = 100;

let latest: object | null = null;

/**
 * Lets the user choose a passkey. A page can ask for one at a time, so the next call ends the one before: that gives null, as
 * `signal` does.
 * @throws AccountsError
 */
export function inTurn<Response>(ask: () => Promise<Response>): Promise<Response | null>;
export function inTurn<Response>(ask: () => Promise<Response>, wait: Wait): Promise<Response | null | 'renew'>;
export async function inTurn<Response>(ask: () => Promise<Response>, { signal, renewAfter }: Wait = {}) {
  if (signal?.aborted) return null;
  const mine = {};
  latest = mine;
  let renewing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    if (latest !== mine) return;
    WebAuthnAbortService.cancelCeremony();
    timer = setTimeout(stop, STOP_AGAIN);
  };
  const renew = () => {
    renewing = true;
    stop();
  };
  signal?.addEventListener('abort', stop);
  if (renewAfter) timer = setTimeout(renew, renewAfter * 1000);
  try {
    return await ask();
  } catch (cause) {
    if ((cause as Error).name === 'AbortError') return renewing && latest === mine && !signal?.aborted ? 'renew' : null;
    throw failed(cause as Error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    if (latest === mine) latest = null;
  }
}

const CODES: Readonly<Record<string, string>> = {
  NotAllowedError: 'PASSKEY_CANCELLED',
  InvalidStateError: 'PASSKEY_EXISTS',
};

/** Trying again without the user changes nothing. */
function failed(cause: Error): AccountsError {
  const code = CODES[cause.name] ?? 'PASSKEY_FAILED';
  return Object.assign(new AccountsError(code, { message: cause.message, cause }), { temporary: false });
}
