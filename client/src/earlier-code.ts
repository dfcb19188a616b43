import type { Accounts } from './accounts.js';
import { countDown } from './clock.js';
import { letters } from './remembered.js';
import type { RequestOtpInput, RequestOtpSuccess, TooManyRequestsError } from './schema-types.js';
import { keptBy } from './storage.js';

/** The code that a form asked for last. The clock of the device ends it: nothing else outlasts a reload. */
interface AskedCode {
  readonly typed: string;
  readonly sent: RequestOtpSuccess;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly end: number;
}

const NAME = 'asked';

/** Remembers what the service answered to a form. */
export async function noteCode(accounts: Accounts, { phoneNumber }: RequestOtpInput, sent: RequestOtpSuccess) {
  const at = Date.now();
  const noted: AskedCode = { typed: phoneNumber, sent, at, end: at + sent.expiresInSeconds * 1000 };
  await keptBy.get(accounts)?.set(NAME, noted);
}

/** The code is used, or no guess at it is left. */
export async function forgetCode(accounts: Accounts): Promise<void> {
  await keptBy.get(accounts)?.set(NAME, null);
}

/**
 * The code of before, where a form that was loaded again or reset asks once more and the service sends none yet. The user may hold
 * that code. Only this client is asked whether it requested a code for the number and has not used it: the answer of the
 * service tells nothing new about numbers. Null: there is none.
 */
export async function earlierCode(
  accounts: Accounts,
  { phoneNumber, purpose = 'SIGN_IN' }: RequestOtpInput,
  { retryAfterSeconds }: TooManyRequestsError,
): Promise<RequestOtpSuccess | null> {
  const kept = keptBy.get(accounts);
  const noted = await kept?.get<AskedCode>(NAME);
  // `Remembered` forgets the token of a code that was used.
  const unused = await kept?.get<Record<string, { readonly requestToken: string } | undefined>>('codes');
  if (!noted || unused?.[purpose]?.requestToken !== noted.sent.requestToken) return null;
  const now = Date.now();
  const isSame = [noted.typed, noted.sent.phoneNumber].some((known) => letters(known) === letters(phoneNumber));
  if (!isSame || now < noted.at || now >= noted.end) return null;
  const left = Math.ceil((noted.end - now) / 1000);
  const { expiresInSeconds, pausedForSeconds: paused } = noted.sent;
  const pausedForSeconds = paused && Math.max(0, paused - (expiresInSeconds - left));
  return countDown({
    ...{ ...noted.sent, pausedForSeconds },
    expiresInSeconds: left,
    resendAfterSeconds: retryAfterSeconds,
  });
}
