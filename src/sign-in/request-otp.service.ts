import type { OutboxService } from '../messaging/outbox.service.js';
import { isLanguageTag, negotiateLocale, supportedLocale } from '../messaging/locale.js';
import type { OtpPurpose } from '../otp/otp-challenge.table.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { addSeconds, type Clock, secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { FieldProblems, type InvalidInput } from './field-problems.js';
import type { OtpRequestResult, RequestOtpRepository } from './request-otp.repository.js';

export interface RequestOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  /** Whether a number without an account is sent a code. */
  readonly acceptUnknown: boolean;
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
}

export interface RequestOtpCommand {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly locale: string | null;
  readonly acceptLanguage: string | null;
}

export type RequestOtpOutcome =
  | { readonly kind: 'sent'; readonly phoneNumber: string; readonly expiresAt: Date; readonly resendAvailableAt: Date }
  | InvalidInput
  | { readonly kind: 'user_not_found' }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'too_many_requests'; readonly retryAfterSeconds: number }
  | { readonly kind: 'delivery_unavailable'; readonly retryAfterSeconds: number };

export interface RequestOtpParts {
  readonly requests: RequestOtpRepository;
  readonly outbox: OutboxService;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: RequestOtpRules;
}

export class RequestOtpService {
  readonly #parts: RequestOtpParts;

  constructor(parts: RequestOtpParts) {
    this.#parts = parts;
  }

  /** Sends a code, or the living one again. The answer does not wait for the provider. */
  async requestOtp(command: RequestOtpCommand): Promise<RequestOtpOutcome> {
    const { requests, outbox, clock, random, rules, secrets } = this.#parts;
    const now = clock.now();
    const reading = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, now);
    const problems = new FieldProblems();
    problems.addPhoneNumber(reading);
    if (command.locale !== null && !isLanguageTag(command.locale))
      problems.add('locale', 'Enter a BCP 47 language tag.');
    if (reading.kind !== 'phone_number' || problems.found) return problems.toOutcome();

    const { phoneNumber, testCode } = reading;
    const wait = testCode === null ? outbox.unavailableForSeconds : null;
    if (wait !== null) return { kind: 'delivery_unavailable', retryAfterSeconds: wait };
    const result = await requests.open({
      challenge: {
        phoneNumber,
        purpose: command.purpose,
        challengeId: random.uuid(),
        secretId: secrets.current.id,
        knownSecretIds: [secrets.current, secrets.previous].flatMap((secret) => (secret ? [secret.id] : [])),
        now,
        timeToLive: rules.timeToLive,
        cooldown: rules.cooldown,
        maxAttempts: rules.maxAttempts,
      },
      acceptUnknown: rules.acceptUnknown,
      messageId: testCode === null ? random.rowId(clock) : null,
      locale: {
        requested: supportedLocale(command.locale),
        fallback: negotiateLocale({ acceptLanguage: command.acceptLanguage }),
      },
    });
    return this.#answer(phoneNumber, command.purpose, now, result);
  }

  #answer(phoneNumber: string, purpose: OtpPurpose, now: Date, result: OtpRequestResult): RequestOtpOutcome {
    const { cooldown } = this.#parts.rules;
    switch (result.kind) {
      case 'opened':
        if (result.message) this.#send({ phoneNumber, purpose, now, result, message: result.message });
        return { kind: 'sent', phoneNumber, expiresAt: result.expiresAt, resendAvailableAt: addSeconds(now, cooldown) };
      case 'unknown_phone':
        return { kind: 'user_not_found' };
      case 'locked':
        return {
          kind: 'locked',
          lockedUntil: result.lockedUntil,
          retryAfterSeconds: secondsUntil(result.lockedUntil, now),
        };
      case 'cooling_down': {
        const left = result.sentAt ? secondsUntil(addSeconds(result.sentAt, cooldown), now) : 0;
        return { kind: 'too_many_requests', retryAfterSeconds: left || cooldown };
      }
    }
  }

  #send(sent: {
    phoneNumber: string;
    purpose: OtpPurpose;
    now: Date;
    result: OtpRequestResult & { kind: 'opened' };
    message: { id: string; locale: string };
  }): void {
    const { now: createdAt, result, message, ...destination } = sent;
    const { challengeId, secretId, expiresAt } = result;
    const challenge = { challengeId, secretId, expiresAt };
    this.#parts.outbox.dispatch({ ...message, ...destination, ...challenge, createdAt, attempts: 1 });
  }
}
