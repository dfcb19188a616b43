import { type ChallengePurpose, type EmailPurpose, scopedPurpose } from '../../otp/otp-purpose.js';
import { readEmailAddress } from '../../platform/email-address.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { WaitingSignIn } from '../../sign-in/opening/continuation.repository.js';
import { furtherProofs } from '../../sign-in/opening/decision.js';
import { type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import { emailProblem } from '../../users/profile-rules.js';

/** Who asks for a code by email, and where to. */
export interface Asking {
  readonly purpose: EmailPurpose;
  /** As typed; null: it was left out. */
  readonly email: string | null;
  /** Null: the purpose needs none. */
  readonly session: LiveSession | null;
  /** The sign-in that the continuation token stands for; null: it stands for none, or the purpose needs none. */
  readonly waiting: WaitingSignIn | null;
}

/** Where a code goes. */
export interface Recipient {
  readonly kind: 'recipient';
  readonly address: string;
  readonly purpose: ChallengePurpose;
  /** The address as the answer shows it. */
  readonly shown: string;
  /** The language of the account that asks; null: none, or the caller is signed out. */
  readonly locale: string | null;
  /** The account that chose the address; null: it was given, or the caller is signed out. */
  readonly namedBy: string | null;
  /** Whether the caller has shown nothing yet. */
  readonly isNewcomer: boolean;
  /** Whether only an address that an account has verified is sent a code. */
  readonly ownersOnly: boolean;
}

export type RecipientReading = Recipient | InvalidInput | ReauthenticationRequired;

export function readRecipient(asking: Asking, now: Date): RecipientReading {
  switch (asking.purpose) {
    case 'VERIFY_EMAIL':
      return ofNewAddress(asking, signedIn(asking), now);
    case 'REAUTHENTICATE':
      return ofOwnAddress(asking, signedIn(asking));
    case 'RESET_PASSWORD':
      return ofAnyAddress(asking);
    case 'CONTINUE_SIGN_IN':
      return ofWaitingSignIn(asking, now);
  }
}

/** An address that the account wants to have. Without one in the input it is what the account was registered with. */
function ofNewAddress({ email }: Asking, session: LiveSession, now: Date): RecipientReading {
  const { user } = session;
  const typed = email ?? (user.emailVerifiedAt === null ? user.email : null);
  const reading = readAddress(typed);
  if (typeof reading !== 'string') return reading;
  const reauthentication = strongStepUp(session, now);
  if (reauthentication) return reauthentication;
  return {
    kind: 'recipient',
    ...{ address: reading, shown: reading, locale: user.locale, namedBy: user.id },
    // Two accounts that want one address have a code each: neither can use that of the other.
    purpose: scopedPurpose('VERIFY_EMAIL', user.id),
    ...{ isNewcomer: false, ownersOnly: false },
  };
}

function ofOwnAddress({ email }: Asking, { user }: LiveSession): RecipientReading {
  if (user.email === null || user.emailVerifiedAt === null)
    return invalid('purpose', { code: 'NOT_OFFERED', message: 'This account has no verified email address.' });
  const isOwn = email === null || email.trim().toLowerCase() === user.email.toLowerCase();
  if (!isOwn) return invalid('email', { code: 'MISMATCH', message: "Enter the account's verified email address." });
  return {
    kind: 'recipient',
    ...{ address: user.email, shown: user.email, locale: user.locale, namedBy: null },
    purpose: 'REAUTHENTICATE',
    ...{ isNewcomer: false, ownersOnly: false },
  };
}

/**
 * To the verified address of the account that waits. Who has a number that changed hands gets that far, too. So the answer
 * shows only what the owner of the address knows it by.
 */
function ofWaitingSignIn({ email: typed, waiting }: Asking, now: Date): RecipientReading {
  if (typed !== null)
    return invalid('email', {
      code: 'NOT_OFFERED',
      message: "The code goes to the account's own address. Leave this out.",
    });
  if (waiting === null)
    return invalid('continuationToken', { code: 'UNKNOWN', message: 'This sign-in waits no longer. Sign in again.' });
  const { email, locale } = waiting.user;
  if (email === null || !furtherProofs(waiting.opening, waiting.shown.proofs, now).includes('EMAIL_OTP'))
    return invalid('purpose', { code: 'NOT_OFFERED', message: 'A code by email does not open this account.' });
  return {
    kind: 'recipient',
    ...{ address: email, shown: hinted(email), locale, namedBy: null },
    purpose: 'CONTINUE_SIGN_IN',
    ...{ isNewcomer: false, ownersOnly: false },
  };
}

/** `jane.doe@mail.example.com` becomes `j…@m….com`. */
function hinted(address: string): string {
  const [, first = '', domain = '', top = ''] = /^(.).*@(.).*\.([^.]+)$/u.exec(address) ?? [];
  return `${first}…@${domain}….${top}`;
}

function ofAnyAddress({ email }: Asking): RecipientReading {
  const reading = readAddress(email);
  if (typeof reading !== 'string') return reading;
  return {
    kind: 'recipient',
    ...{ address: reading, shown: reading, locale: null, namedBy: null },
    purpose: 'RESET_PASSWORD',
    ...{ isNewcomer: true, ownersOnly: true },
  };
}

function readAddress(typed: string | null): string | InvalidInput {
  const address = typed?.trim() ?? '';
  const problem = typed === null ? REQUIRED : emailProblem(address);
  return readEmailAddress(address) ?? invalid('email', problem ?? BLANK);
}

const REQUIRED: FieldProblem = { code: 'REQUIRED', message: 'Enter an email address.' };

function invalid(field: string, problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, problem);
  return problems.toOutcome();
}

function signedIn({ session, purpose }: Asking): LiveSession {
  if (!session) throw new Error(`The purpose ${purpose} needs a session.`);
  return session;
}
