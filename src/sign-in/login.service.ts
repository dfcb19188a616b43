import type { CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { NoticeService } from '../notices/notice.service.js';
import { withoutInvisibles } from '../phone/digits.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import type { Clock } from '../platform/clock.js';
import { readEmailAddress } from '../platform/email-address.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput, tooLong } from '../platform/field-problems.js';
import { textLimits } from '../platform/text-limits.js';
import type { AccountDisabled } from '../users/account-lock.js';
import { passwordLengthProblem } from '../users/normalized-password.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import type { Identifier, LoginRepository } from './login.repository.js';
import { newDeviceNotice } from './new-device-notice.js';
import type { FurtherProofRequired, Openings } from './opening/openings.service.js';
import {
  PASSWORD_SHOWN,
  type PasswordGuesses,
  type PasswordRefusal,
  type RightPassword,
} from './password-guesses.service.js';

export interface LoginRules {
  readonly phoneNumbers: PhoneNumberRules;
}

export interface LoginCommand extends SigningInClient {
  readonly identifier: string;
  readonly password: string;
}

type SignedIn = BegunSession & { readonly kind: 'signed_in' };

export type LoginOutcome =
  | SignedIn
  | InvalidInput
  | CaptchaRequired
  | FurtherProofRequired
  | AccountDisabled
  | Exclude<PasswordRefusal, { readonly kind: 'suspicious' }>;

export interface LoginParts {
  readonly beginning: BeginSessionService;
  readonly logins: LoginRepository;
  readonly passwordGuesses: PasswordGuesses;
  readonly openings: Openings;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly clock: Clock;
  readonly rules: LoginRules;
}

export class LoginService {
  readonly #parts: LoginParts;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /**
   * Signs in with a password. Neither the answer nor the time it takes shows whether an account has the identifier. What
   * does show is that two identifiers share a budget, and so belong to one account (docs/decisions/0004).
   */
  async login(command: LoginCommand): Promise<LoginOutcome> {
    const problems = this.#problems(command);
    if (problems.found) return problems.toOutcome();
    const { beginning, passwordGuesses } = this.#parts;
    const client = await beginning.admit(command);
    if (client.kind === 'captcha_required') return client;
    const { guesser, now } = client;
    const identifier = this.#readIdentifier(command.identifier, now);
    const attempt = { identifier, password: command.password, guesser, now };
    const outcome = await passwordGuesses.judge(attempt, (right) => this.#open(command, right, now));
    return outcome.kind === 'suspicious' ? beginning.captchaRequired() : outcome;
  }

  /** Whether the password alone opens its account, and what follows; null when it was changed meanwhile. */
  async #open(
    { client }: LoginCommand,
    { user, opening, knownDevice, use, giveBack }: RightPassword,
    now: Date,
  ): Promise<SignedIn | FurtherProofRequired | AccountDisabled | null> {
    const { beginning, logins, openings, notices } = this.#parts;
    const decision = openings.decide(opening, PASSWORD_SHOWN.proofs, now);
    if (decision.kind === 'account_disabled') {
      await giveBack();
      return decision;
    }
    if (decision.kind === 'further_proof') {
      const continuation = openings.plan({ phoneNumber: null, shown: PASSWORD_SHOWN, decision, now });
      const waits = await use((decided) => logins.wait({ ...decided, continuation }));
      return waits ? openings.required(continuation) : null;
    }
    const session = beginning.plan({ client, knownDevice, shown: PASSWORD_SHOWN, now });
    const told = knownDevice ? [] : notices.prepare(user, newDeviceNotice(client), now);
    const signedIn = await use((decided) => logins.complete({ ...decided, session, notices: told }));
    if (!signedIn) return null;
    notices.send(told);
    return { kind: 'signed_in', ...(await beginning.issue(session, signedIn)) };
  }

  #problems({ identifier, password }: LoginCommand): FieldProblems {
    const problems = new FieldProblems();
    problems.add('identifier', this.#identifierProblem(identifier));
    problems.add('password', password === '' ? BLANK : passwordLengthProblem(password));
    return problems;
  }

  /** A text of digits and marks can only be a phone number, because usernames have a letter. */
  #identifierProblem(typed: string): FieldProblem | null {
    const { clock, rules } = this.#parts;
    const { maximum } = textLimits.IDENTIFIER;
    if (typed.length > maximum) return tooLong(maximum);
    const text = withoutInvisibles(typed).trim();
    if (text === '') return BLANK;
    if (!/\p{Nd}/u.test(text) || /[\p{L}@]/u.test(text)) return null;
    return phoneNumberProblem(readPhoneNumber(text, rules.phoneNumbers, clock.now()), rules.phoneNumbers);
  }

  /** Usernames have a letter and no `@`, so each text can be meant as one kind only. */
  #readIdentifier(identifier: string, now: Date): Identifier {
    const typed = withoutInvisibles(identifier).trim();
    if (typed.includes('@')) {
      // Some scripts need joiners, which cannot be seen, in a domain.
      const address = readEmailAddress(identifier.trim()) ?? readEmailAddress(typed);
      return { kind: 'email', value: address ?? typed };
    }
    const phone = readPhoneNumber(typed, this.#parts.rules.phoneNumbers, now);
    if (phone.kind === 'phone_number') return { kind: 'phone_number', value: phone.phoneNumber };
    return { kind: 'username', value: typed };
  }
}
