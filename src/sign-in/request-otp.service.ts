import { isKeyOf } from '../budgets/rate-budget.repository.js';
import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import {
  deviceSendBudgets,
  numberOf,
  type SendBudget,
  type SendLimits,
  sendBudgets,
  suspiciousSends,
} from '../budgets/send-budgets.js';
import type { DeviceTokens } from '../devices/device-token.js';
import type { OutboxService } from '../messaging/outbox.service.js';
import type { Channel } from '../texts/channel.js';
import type { DeliveryTokens } from '../messaging/delivery-token.js';
import { isLanguageTag, type Locale, negotiateLocale, supportedLocale } from '../texts/locale.js';
import type { NumberRefusal } from '../messaging/refused-number.table.js';
import type { Provider } from '../providers/message-sender.js';
import type { OtpPurpose } from '../otp/otp-challenge.table.js';
import { type DestinationRefusal, type DestinationRules, refusalOf } from '../phone/destination.js';
import { type PhoneNumber, type PhoneNumberRules, phoneNumberProblem, readPhoneNumber } from '../phone/phone-number.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { addSeconds, type Clock, secondsUntil } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import { rangesOf } from '../pumping/number-ranges.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import { FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import {
  knowingAccount,
  type NewMessage,
  type OtpRequestResult,
  type RequestOtpRepository,
} from './request-otp.repository.js';

export interface RequestOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
  readonly sends: SendLimits;
  /** Whether codes are withheld from number ranges that are pumped. */
  readonly pumpingGuard: boolean;
  /** Whether a number without an account is sent a code. */
  readonly acceptUnknown: boolean;
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
  /** Of a message, where neither request nor user nor browser names another one. */
  readonly defaultLocale: Locale;
}

export interface RequestOtpCommand {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly channel: Channel;
  readonly locale: string | null;
  readonly deviceToken: string | null;
  readonly acceptLanguage: string | null;
  readonly captchaToken: string | null;
  readonly ipAddress: string | null;
  /** The network that asks. */
  readonly network: string;
}

export type RequestOtpOutcome =
  | {
      readonly kind: 'sent';
      readonly phoneNumber: string;
      readonly expiresAt: Date;
      readonly resendAvailableAt: Date;
      /** Until when unknown numbers of this range are probably sent nothing; the same for known ones. */
      readonly pausedUntil: Date | null;
      /** For its sender to follow the message; null where its way must tell nothing. */
      readonly deliveryToken: string | null;
    }
  | InvalidInput
  | CaptchaRequired
  | { readonly kind: 'destination_not_allowed'; readonly reason: DestinationRefusal | NumberRefusal }
  | { readonly kind: 'user_not_found' }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'too_many_requests'; readonly retryAfterSeconds: number }
  | { readonly kind: 'delivery_unavailable'; readonly retryAfterSeconds: number };

export interface RequestOtpParts {
  readonly captcha: CaptchaGate;
  readonly requests: RequestOtpRepository;
  readonly outbox: OutboxService;
  readonly deliveryTokens: DeliveryTokens;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly rules: RequestOtpRules;
}

export class RequestOtpService {
  readonly #parts: RequestOtpParts;

  constructor(parts: RequestOtpParts) {
    this.#parts = parts;
  }

  /** Sends a code, or the living one again. The answer does not wait for the provider. */
  async requestOtp(command: RequestOtpCommand): Promise<RequestOtpOutcome> {
    const { captcha, outbox, clock, rules } = this.#parts;
    const reading = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, clock.now());
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(reading));
    if (command.locale !== null && !isLanguageTag(command.locale))
      problems.add('locale', 'Enter a BCP 47 language tag.');
    if (reading.kind !== 'phone_number' || problems.found) return problems.toOutcome();
    const { channel } = command;
    const refusal = refusalOf(reading.destination, rules.destinations, channel === 'VOICE' ? 'call' : 'text');
    if (refusal) return { kind: 'destination_not_allowed', reason: refusal };
    // Before a CAPTCHA's token is spent, too.
    const plan = outbox.plan({ channel, country: reading.destination?.country ?? null });
    if (plan.kind === 'not_offered') return notOffered(plan);
    if (plan.kind === 'unavailable' && reading.testCode === null)
      return { kind: 'delivery_unavailable', retryAfterSeconds: plan.retryAfterSeconds };
    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.ipAddress });
    if (permission.kind === 'captcha_required') return permission;
    const provider = plan.kind === 'planned' ? plan.provider : null;
    const request = { command, number: reading, provider, refuseSuspicious: permission.askIfSuspicious };
    const outcome = await this.#open(request, clock.now());
    return outcome.kind === 'suspicious' ? captcha.required() : outcome;
  }

  async #open(
    { command, number, provider, refuseSuspicious }: PlannedRequest,
    now: Date,
  ): Promise<RequestOtpOutcome | { readonly kind: 'suspicious' }> {
    const { requests, deviceTokens, guard, clock, random, rules, secrets, metrics } = this.#parts;
    const { phoneNumber, testCode, destination } = number;
    const country = destination?.country ?? null;
    const send = { phoneNumber, subject: numberOf(phoneNumber), country, network: command.network };
    const budgets = sendBudgets(send, rules.sends);
    const device = await deviceTokens.read(command.deviceToken);
    const deviceBudgets = deviceSendBudgets(send, rules.sends, knowingAccount);
    // Nothing is sent to a test number.
    const guarded = rules.pumpingGuard && country !== null;
    const { channel } = command;
    const message = testCode === null && provider ? { id: random.rowId(clock), channel, country, provider } : null;
    const result = await requests.open({
      challenge: {
        phoneNumber,
        purpose: command.purpose,
        channel,
        challengeId: random.uuid(),
        secretId: secrets.current.id,
        knownSecretIds: [secrets.current, secrets.previous].flatMap((secret) => (secret ? [secret.id] : [])),
        now,
        timeToLive: rules.timeToLive,
        cooldown: rules.cooldown,
        maxAttempts: rules.maxAttempts,
      },
      device: device && { token: device, budgets: deviceBudgets },
      acceptUnknown: rules.acceptUnknown,
      budgets,
      suspicion: refuseSuspicious ? suspiciousSends(send, rules.sends) : [],
      guard: guarded ? { ranges: rangesOf(phoneNumber, country), probe: guard.mayProbe() } : null,
      message,
      locale: {
        requested: supportedLocale(command.locale),
        fallback: negotiateLocale({ acceptLanguage: command.acceptLanguage, fallback: rules.defaultLocale }),
      },
    });
    if (result.kind === 'too_soon') this.#tellOperators(send, [...budgets, ...deviceBudgets], result.spentBudgets);
    if (result.kind === 'opened' && result.counted && country !== null) {
      guard.sent({ ranges: rangesOf(phoneNumber, country), ...result.counted });
    }
    if (result.kind === 'opened' && guarded && result.message === null)
      metrics.count('sends_withheld_total', { country });
    if (result.kind === 'opened' && result.message && message) {
      this.#send({ ...message, ...result.message, phoneNumber, purpose: command.purpose, now, result });
    }
    return this.#answer({ phoneNumber, channel, messageId: message?.id ?? random.uuid() }, now, result);
  }

  /** Callers are not told which budget refuses: that of a number would tell what its owner does. */
  #tellOperators(
    { phoneNumber, country, network }: { phoneNumber: string; country: string | null; network: string },
    budgets: readonly SendBudget[],
    spent: readonly string[],
  ): void {
    const names = new Set(
      budgets.filter((budget) => spent.some((key) => isKeyOf(budget, key))).map(({ name }) => name),
    );
    if (names.size === 0) return;
    for (const budget of names) this.#parts.metrics.count('sends_refused_total', { budget });
    this.#parts.logger.warn({ budgets: [...names], phoneNumber, country, network }, 'no code sent: a budget is spent');
  }

  async #answer(
    { phoneNumber, channel, messageId }: { phoneNumber: string; channel: Channel; messageId: string },
    now: Date,
    result: OtpRequestResult,
  ): Promise<RequestOtpOutcome | { readonly kind: 'suspicious' }> {
    const { cooldown } = this.#parts.rules;
    switch (result.kind) {
      case 'opened':
        return {
          kind: 'sent',
          phoneNumber,
          expiresAt: result.expiresAt,
          resendAvailableAt: addSeconds(now, cooldown),
          pausedUntil: result.pausedUntil,
          // In a paused range a message to an unknown number goes nowhere, which would tell who has an account.
          deliveryToken:
            result.pausedUntil === null ? await this.#parts.deliveryTokens.issue({ messageId, channel }) : null,
        };
      case 'suspicious':
        return result;
      case 'refused_number':
        return { kind: 'destination_not_allowed', reason: result.refusal };
      case 'unknown_phone':
        return { kind: 'user_not_found' };
      case 'locked':
        return {
          kind: 'locked',
          lockedUntil: result.lockedUntil,
          retryAfterSeconds: secondsUntil(result.lockedUntil, now),
        };
      case 'too_soon': {
        const left = result.retryAt ? secondsUntil(result.retryAt, now) : 0;
        return { kind: 'too_many_requests', retryAfterSeconds: left || cooldown };
      }
    }
  }

  #send(
    sent: NewMessage & {
      phoneNumber: string;
      purpose: OtpPurpose;
      locale: string;
      now: Date;
      result: OtpRequestResult & { kind: 'opened' };
    },
  ): void {
    const { now: createdAt, result, ...message } = sent;
    const { challengeId, secretId, expiresAt } = result;
    const challenge = { challengeId, secretId, expiresAt };
    this.#parts.outbox.dispatch({ ...message, ...challenge, createdAt, attempts: 1, ruledOut: [], lastFailure: null });
  }
}

/** A request that has passed what needs no database. */
interface PlannedRequest {
  readonly command: RequestOtpCommand;
  readonly number: PhoneNumber;
  /** Who would send; null for test numbers, if nobody can. */
  readonly provider: Provider | null;
  readonly refuseSuspicious: boolean;
}

function notOffered({ anywhere }: { readonly anywhere: boolean }): RequestOtpOutcome {
  if (anywhere) return { kind: 'destination_not_allowed', reason: 'country' };
  const problems = new FieldProblems();
  problems.add('channel', 'Codes are not sent this way.');
  return problems.toOutcome();
}
