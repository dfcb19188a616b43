import { readOtp } from '../../otp/otp-code.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { passwordLengthProblem } from '../../users/normalized-password.js';
import type { User } from '../../users/user.js';

/** What a user shows, as typed: one of these. */
export interface ProofForm {
  readonly otp: string | null;
  readonly emailOtp: string | null;
  readonly password: string | null;
  /** What a browser answered, as it came. */
  readonly passkeyResponse: unknown;
}

/** What a code is guessed at. */
export interface ShownCode {
  readonly kind: 'code';
  readonly destination: string;
  readonly purpose: 'SIGN_IN' | 'REAUTHENTICATE';
  readonly otp: string;
}

export type ShownProof =
  | ShownCode
  | { readonly kind: 'password'; readonly password: string; readonly passwordHash: string }
  | { readonly kind: 'passkey'; readonly response: unknown };

type ProofOwner = Pick<User, 'phoneNumber' | 'phoneVerifiedAt' | 'email' | 'emailVerifiedAt' | 'passwordHash'>;

const FIELDS = ['otp', 'emailOtp', 'password', 'passkeyResponse'] as const;

const NONE_GIVEN: FieldProblem = {
  code: 'REQUIRED',
  message: 'Give one of otp, emailOtp, password and passkeyResponse.',
};
const SEVERAL_GIVEN: FieldProblem = {
  code: 'INVALID_FORMAT',
  message: 'Give only one of otp, emailOtp, password and passkeyResponse.',
};

/** What the account does not have cannot be shown. The caller owns the account, and sees in `me` what it has. */
const NOT_OFFERED = {
  otp: 'This account has no verified phone number. Verify it with verifyOtp.',
  emailOtp: 'This account has no verified email address. Verify it with verifyEmail.',
  password: 'This account has no password.',
} as const;

/** Reads which proof is shown, without asking the database. */
export function readProofForm(form: ProofForm, owner: ProofOwner): ShownProof | InvalidInput {
  const [field, ...others] = FIELDS.filter((each) => form[each] !== null);
  if (field === undefined) return invalid('otp', NONE_GIVEN);
  if (others.length > 0) return invalid(others[0] ?? field, SEVERAL_GIVEN);
  if (field === 'passkeyResponse') return { kind: 'passkey', response: form.passkeyResponse };
  const typed = form[field] ?? '';
  if (field === 'password') return readPassword(typed, owner);
  const target = targetOf(field, owner);
  const code = readOtp(typed);
  if (code.kind === 'invalid') return invalid(field, code.problem);
  if (target === null) return invalid(field, { code: 'NOT_OFFERED', message: NOT_OFFERED[field] });
  return { kind: 'code', ...target, otp: code.otp };
}

function readPassword(password: string, { passwordHash }: ProofOwner): ShownProof | InvalidInput {
  const problem = password === '' ? BLANK : passwordLengthProblem(password);
  if (problem) return invalid('password', problem);
  if (passwordHash === null) return invalid('password', { code: 'NOT_OFFERED', message: NOT_OFFERED.password });
  return { kind: 'password', password, passwordHash };
}

function targetOf(field: 'otp' | 'emailOtp', owner: ProofOwner): Omit<ShownCode, 'kind' | 'otp'> | null {
  const { phoneNumber, phoneVerifiedAt, email, emailVerifiedAt } = owner;
  if (field === 'otp') {
    return phoneNumber && phoneVerifiedAt ? { destination: phoneNumber, purpose: 'SIGN_IN' } : null;
  }
  return email && emailVerifiedAt ? { destination: email.toLowerCase(), purpose: 'REAUTHENTICATE' } : null;
}

function invalid(field: string, problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, problem);
  return problems.toOutcome();
}
