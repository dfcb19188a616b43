import { type OtpReading, readOtp } from '../otp/otp-code.js';
import { type DestinationRules, refusalOf } from '../phone/destination.js';
import {
  type PhoneNumber,
  type PhoneNumberReading,
  type PhoneNumberRules,
  readPhoneNumber,
} from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import { PASSWORDS_DIFFER } from '../users/password-policy.js';
import { readEmailAddress } from '../platform/email-address.js';
import { emailProblem, nameProblem, usernameProblem } from '../users/profile-rules.js';

/** What a registration form holds, as typed. */
export interface RegisterForm {
  readonly phoneNumber: string;
  readonly email: string;
  readonly password: string;
  readonly passwordConfirm: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string | null;
  readonly locationId: number | null;
  readonly verificationCode: string | null;
}

/** The same, read. */
export interface Registration {
  readonly kind: 'registration';
  readonly phoneNumber: string;
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string | null;
  readonly locationId: number | null;
  readonly verificationCode: string | null;
}

export interface RegisterFormRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
  /** Whether codes can be had by a call in a country. */
  readonly offersCalls: (country: string) => boolean;
  /** Whether a code must come with the form (REGISTRATION=code). */
  readonly codeRequired: boolean;
  /** The name of the service; null: it has none. */
  readonly serviceName: string | null;
}

/** Reads a form and finds everything that is wrong with it, without asking the database. */
export function readRegisterForm(
  form: RegisterForm,
  { rules, passwordProblem, now }: { rules: RegisterFormRules; passwordProblem: FieldProblem | null; now: Date },
): Registration | InvalidInput {
  const phone = readPhoneNumber(form.phoneNumber, rules.phoneNumbers, now);
  const code = form.verificationCode === null ? null : readOtp(form.verificationCode);
  const problems = new FieldProblems();
  problems.add('phoneNumber', phoneNumberProblem(phone, rules.phoneNumbers));
  if (phone.kind === 'phone_number') problems.add('phoneNumber', destinationProblem(phone, rules));
  problems.add('email', emailProblem(form.email.trim()));
  problems.add('password', passwordProblem);
  problems.add('passwordConfirm', confirmationProblem(form));
  problems.add('firstName', nameProblem(form.firstName));
  problems.add('lastName', nameProblem(form.lastName));
  problems.add('username', form.username === null ? null : usernameProblem(form.username.trim()));
  problems.add('verificationCode', codeProblem(code, rules.codeRequired));
  return problems.found ? problems.toOutcome() : toRegistration(form, phone, code);
}

function toRegistration(form: RegisterForm, phone: PhoneNumberReading, code: OtpReading | null): Registration {
  if (phone.kind !== 'phone_number') throw new Error('A form with an unreadable phone number was let through.');
  return {
    kind: 'registration',
    phoneNumber: phone.phoneNumber,
    email: readEmailAddress(form.email.trim()) ?? form.email.trim(),
    password: form.password,
    firstName: form.firstName.trim(),
    lastName: form.lastName.trim(),
    username: form.username === null ? null : form.username.trim(),
    locationId: form.locationId,
    verificationCode: code?.kind === 'otp' ? code.otp : null,
  };
}

/** An account whose number no code can be sent to would never be proved. */
function destinationProblem(
  { destination }: PhoneNumber,
  { destinations, offersCalls }: RegisterFormRules,
): FieldProblem | null {
  const by = destination && offersCalls(destination.country) ? 'call' : 'text';
  switch (refusalOf(destination, destinations, by)) {
    case null:
      return null;
    case 'country':
      return { code: 'NOT_OFFERED', message: 'Codes are not sent to this country. Enter a number of another country.' };
    case 'number_type':
      return { code: 'NOT_OFFERED', message: 'Codes are not sent to this kind of number. Enter a mobile number.' };
  }
}

function confirmationProblem({ password, passwordConfirm }: RegisterForm): FieldProblem | null {
  if (passwordConfirm === '') return BLANK;
  return password === passwordConfirm ? null : PASSWORDS_DIFFER;
}

function codeProblem(code: OtpReading | null, required: boolean): FieldProblem | null {
  if (code === null) return required ? { code: 'REQUIRED', message: 'This field is required.' } : null;
  return code.kind === 'invalid' ? code.problem : null;
}
