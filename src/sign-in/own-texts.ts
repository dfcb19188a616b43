import { readPhoneNumber } from '../phone/phone-number.js';
import { ownTexts } from '../users/own-texts.js';
import type { RegisterForm, RegisterFormRules } from './register-form.js';

/** Texts that the password of an account that is asked for should not be made of. The form may still have mistakes. */
export function ownTextsOfForm(form: RegisterForm, rules: RegisterFormRules, now: Date): string[] {
  const phone = readPhoneNumber(form.phoneNumber, rules.phoneNumbers, now);
  const phoneNumber = phone.kind === 'phone_number' ? phone.phoneNumber : null;
  return ownTexts({ ...form, phoneNumber }, rules.serviceName);
}
