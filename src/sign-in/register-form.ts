import { type OtpReading, readOtp } from '../otp/otp-code.js';
import { type DestinationRules, refusalOf } from '../phone/destination.js';
import {
  type PhoneNumber,
  type PhoneNumberReading,
  type PhoneNumberRules,
  readPhoneNumber,
} from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput, REQUIRED } from '../platform/field-problems.js';
import { PASSWORDS_DIFFER } from '../users/password-policy.js';
import { readEmailAddress } from '../platform/email-address.js';
import { emailProblem, nameProblem, usernameProblem } from '../users/profile-rules.js';
import type { RegistrationField } from './registration-fields.js';

/** What a registration form holds, as typed. */
export interface RegisterForm {
  readonly phoneNumber: string;
  readonly email: string | null;
  readonly password: string | null;
  readonly passwordConfirm: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly username: string | null;
  readonly locationId: number | null;
  readonly verificationCode: string | null;
}

/** The same, read. */
export interface Registration {
  readonly kind: 'registration';
  readonly phoneNumber: string;
  readonly email: string | null;
  readonly password: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
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
  readonly requiredFields: readonly RegistrationField[];
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
  const missing = (field: RegistrationField) => (rules.requiredFields.includes(field) ? REQUIRED : null);
  const judge = (field: RegistrationField, problemOf: (value: string) => FieldProblem | null) => {
    const value = form[field];
    problems.add(field, value === null ? missing(field) : problemOf(value));
  };
  judge('email', (email) => emailProblem(email.trim()));
  judge('password', () => passwordProblem);
  problems.add('passwordConfirm', confirmationProblem(form, missing('password')));
  judge('firstName', nameProblem);
  judge('lastName', nameProblem);
  judge('username', (username) => usernameProblem(username.trim()));
  problems.add('verificationCode', codeProblem(code, rules.codeRequired));
  return problems.found ? problems.toOutcome() : toRegistration(form, phone, code);
}

function toRegistration(form: RegisterForm, phone: PhoneNumberReading, code: OtpReading | null): Registration {
  if (phone.kind !== 'phone_number') throw new Error('A form with an unreadable phone number was let through.');
  const email = form.email?.trim() ?? null;
  return {
    kind: 'registration',
    phoneNumber: phone.phoneNumber,
    email: email === null ? null : (readEmailAddress(email) ?? email),
    password: form.password,
    firstName: form.firstName?.trim() ?? null,
    lastName: form.lastName?.trim() ?? null,
    username: form.username?.trim() ?? null,
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

/** @param missing what to say where there is no password */
function confirmationProblem(
  { password, passwordConfirm }: RegisterForm,
  missing: FieldProblem | null,
): FieldProblem | null {
  if (passwordConfirm === null) return password === null ? missing : REQUIRED;
  if (passwordConfirm === '') return BLANK;
  return password === passwordConfirm ? null : PASSWORDS_DIFFER;
}

function codeProblem(code: OtpReading | null, required: boolean): FieldProblem | null {
  if (code === null) return required ? REQUIRED : null;
  return code.kind === 'invalid' ? code.problem : null;
}
