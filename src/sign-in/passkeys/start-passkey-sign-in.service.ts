import type { Ceremony } from '../../passkeys/challenges.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import type { Clock } from '../../platform/clock.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';

export type StartPasskeySignInOutcome = { readonly kind: 'started'; readonly options: object } | InvalidInput;

export interface StartPasskeySignInParts {
  readonly passkeys: Passkeys;
  readonly clock: Clock;
  readonly rules: { readonly phoneNumbers: PhoneNumberRules };
}

const NOT_OFFERED: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'This service is reached by an address. Passkeys need a domain: set PUBLIC_URL or PASSKEY_RP_ID.',
};

export class StartPasskeySignInService {
  readonly #parts: StartPasskeySignInParts;

  constructor(parts: StartPasskeySignInParts) {
    this.#parts = parts;
  }

  /**
   * What a browser needs to use a passkey. The answer is the same whether the number has an account and passkeys or not: it
   * lists none, and the browser offers those that it has. A number only makes sure that no other account opens. Who is signed
   * in has shown who they are, so their own passkeys are listed, to prove it anew.
   */
  async start(typedNumber: string | null, session: LiveSession | null): Promise<StartPasskeySignInOutcome> {
    const { passkeys, clock, rules } = this.#parts;
    const { ceremonies, keys } = passkeys;
    const problems = new FieldProblems();
    if (!ceremonies) {
      problems.add('phoneNumber', NOT_OFFERED);
      return problems.toOutcome();
    }
    if (typedNumber === null && session) {
      const own = await keys.list([session.user.id]);
      const again: Ceremony = { kind: 'reauthentication', sessionId: session.id };
      const usable = own.filter(({ clonedAt }) => clonedAt === null);
      return { kind: 'started', options: ceremonies.signInOptions(again, usable) };
    }
    const phone = typedNumber === null ? null : readPhoneNumber(typedNumber, rules.phoneNumbers, clock.now());
    if (phone && phone.kind !== 'phone_number') {
      problems.add('phoneNumber', phoneNumberProblem(phone, rules.phoneNumbers));
      return problems.toOutcome();
    }
    const ceremony: Ceremony = { kind: 'sign_in', phoneNumber: phone?.phoneNumber ?? null };
    return { kind: 'started', options: ceremonies.signInOptions(ceremony, []) };
  }
}
