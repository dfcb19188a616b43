import { type ChallengePurpose, type EmailPurpose, scopedPurpose } from '../../otp/otp-purpose.js';
import { readEmailAddress } from '../../platform/email-address.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import { emailProblem } from '../../users/profile-rules.js';

/** Who asks for a code by email, and where to. */
export interface Asking {
  readonly purpose: EmailPurpose;
  /** As typed; null: it was left out. */
  readonly email: string | null;
  /** Null: the purpose needs none. */
  readonly session: LiveSession | null;
}

/** Where a code goes. */
export interface Recipient {
  readonly kind: 'recipient';
  readonly address: string;
  readonly purpose: ChallengePurpose;
  /** The address as the answer shows it. */
  readonly shown: string;
  /** The language of the account that asks; null: it has none, or nobody is signed in. */
  readonly locale: string | null;
  /** The account that chose the address; null: it was not free to choose, or nobody is signed in. */
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
      return invalid('purpose', { code: 'NOT_OFFERED', message: 'Send the code another way.' });
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
