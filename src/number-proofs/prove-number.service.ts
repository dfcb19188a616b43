import type { Origin } from '../audit/origin.js';
import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type { UsedChallenge } from '../otp/challenge-use.js';
import type { OtpService } from '../otp/otp.service.js';
import { readOtp } from '../otp/otp-code.js';
import { scopedPurpose } from '../otp/otp-purpose.js';
import type { CodeSend } from '../otp/request-token.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import type { ClientNetworks } from '../platform/client-networks.js';
import type { Clock } from '../platform/clock.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { NumberProofTokens } from './number-proof-token.js';
import type { ProveNumberRepository } from './prove-number.repository.js';

export interface ProveNumberCommand {
  readonly phoneNumber: string;
  readonly otp: string;
  /** From the `requestOtp` that sent the code. */
  readonly requestToken: string | null;
  /** Null: the one that the code was asked for, or the only one that there is. */
  readonly audience: string | null;
  readonly client: Origin & { readonly networks: ClientNetworks };
}

export type ProveNumberOutcome =
  | { readonly kind: 'proved'; readonly phoneNumber: string; readonly proof: string; readonly expiresAt: Date }
  | InvalidInput
  | TooManyFailures
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface ProveNumberParts {
  readonly otp: OtpService;
  readonly proving: ProveNumberRepository;
  readonly tokens: NumberProofTokens;
  /** The pumping guard learns that the code arrived: no account has verified the number by it. */
  readonly guard: { verified(code: UsedChallenge & { readonly firstAt: null }): void };
  /** As do the figures of providers. */
  readonly deliveries: { verified(challengeId: string): void };
  readonly clock: Clock;
  readonly rules: { readonly phoneNumbers: PhoneNumberRules; readonly audiences: readonly string[] };
}

/** Proves numbers for applications with users of their own. It makes no user and no session. */
export class ProveNumberService {
  readonly #parts: ProveNumberParts;

  constructor(parts: ProveNumberParts) {
    this.#parts = parts;
  }

  async proveNumber(command: ProveNumberCommand): Promise<ProveNumberOutcome> {
    const { otp, clock, rules } = this.#parts;
    const now = clock.now();
    const phone = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, now);
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(phone, rules.phoneNumbers));
    if (code.kind === 'invalid') problems.add('otp', code.problem);
    if (phone.kind !== 'phone_number' || code.kind !== 'otp') return problems.toOutcome();

    const { phoneNumber } = phone;
    const asked = await otp.asked(command.requestToken);
    const audience = await this.#audienceOf(command, phoneNumber, asked);
    if (typeof audience !== 'string') {
      problems.add('audience', audience);
      return problems.toOutcome();
    }
    // Anybody may prove a number, so no account's devices have guesses of their own here.
    const { ipAddress, networks } = command.client;
    const guesser = { ipAddress, networks, device: null, suspicionCleared: false, refuseSuspicious: false };
    const purpose = scopedPurpose('PROVE_NUMBER', audience);
    const attempt = { destination: phoneNumber, purpose, otp: code.otp, guesser, asked, now };
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      // Only where a CAPTCHA could clear a suspicion.
      if (guess.kind === 'suspicious') throw new Error('A guess was suspicious, and no CAPTCHA can clear it.');
      return guess.kind === 'right' ? this.#prove(command, { ...guess, audience }) : guess;
    });
  }

  async #prove(
    { client }: ProveNumberCommand,
    right: Extract<Awaited<ReturnType<OtpService['guess']>>, { kind: 'right' }> & { readonly audience: string },
  ): Promise<ProveNumberOutcome> {
    const { proving, tokens, guard, deliveries } = this.#parts;
    const { guess: code, audience, attemptsRemaining } = right;
    // Signed before the code is used up: if that fails, the code is still good. No caller sees the proof before.
    const signed = await tokens.issue(code.destination, audience);
    const used = await proving.use({ guess: code, audience, origin: client });
    if (!used) return { kind: 'wrong', attemptsRemaining };
    guard.verified({ ...used, firstAt: null });
    deliveries.verified(used.challengeId);
    return { kind: 'proved', phoneNumber: code.destination, ...signed };
  }

  /** Whom the proof is for, or what is wrong with it. */
  async #audienceOf(
    { audience }: ProveNumberCommand,
    phoneNumber: string,
    asked: CodeSend | null,
  ): Promise<string | FieldProblem> {
    const { audiences } = this.#parts.rules;
    const [only, ...more] = audiences;
    if (only === undefined) return NOT_OFFERED;
    if (audience !== null) return audiences.includes(audience) ? audience : UNKNOWN;
    if (more.length === 0) return only;
    const found = asked && (await this.#parts.proving.audienceOf(phoneNumber, asked.challengeId));
    return found !== null && audiences.includes(found) ? found : REQUIRED;
  }
}

const NOT_OFFERED: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'This service proves no numbers to other applications.',
};
const UNKNOWN: FieldProblem = { code: 'UNKNOWN', message: 'Numbers are not proved to this application.' };
const REQUIRED: FieldProblem = {
  code: 'REQUIRED',
  message: 'Name the application, or send the requestToken of the request that sent the code.',
};
