import type { CaptchaGate } from '../captcha/captcha-gate.service.js';
import type { SendBudget } from '../budgets/send-budgets.js';
import type { SendPurse } from '../budgets/send-purse.js';
import type { DeviceTokens } from '../devices/device-token.js';
import type { NewMessage } from '../messaging/queue-message.js';
import { countStep } from '../messaging/otp-steps.js';
import type { OutboxService } from '../messaging/outbox.service.js';
import type { Prices } from '../costs/prices.js';
import { isLanguageTag } from '../texts/locale.js';
import { refusalOf } from '../phone/destination.js';
import type { CodeSend, RequestTokens } from '../otp/request-token.js';
import { type PhoneNumberReading, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { addSeconds, type Clock, secondsLeft, secondsUntil } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import { withheldNote } from '../pumping/withheld-note.js';
import { FieldProblems, invalidFormat } from '../platform/field-problems.js';
import type { CodeRequestNotes } from './code-requests/code-request-notes.js';
import { limitOf, suspicionOf } from './code-requests/limit-of-refusal.js';
import type { RequestOtpRepository } from './request-otp.repository.js';
import { decide, type Refusal, type SendDecision } from './request-otp/decision.js';
import type { RequestOtpOutcome, SentOtp, Suspicious } from './request-otp/outcome.js';
import {
  factsQuery,
  type PreparedRequest,
  prepare,
  type RequestOtpCommand,
  type RequestOtpRules,
} from './request-otp/prepared-request.js';
import { readPurpose } from './request-otp/purpose.js';
import { unspentShares } from './request-otp/unspent-shares.js';
import { isWithheld, withheldBecause } from './request-otp/withheld.js';
import type { WrittenOtp } from './request-otp/write.repository.js';

export interface RequestOtpParts {
  readonly captcha: CaptchaGate;
  readonly requests: RequestOtpRepository;
  readonly codeRequests: Pick<CodeRequestNotes, 'note'>;
  readonly outbox: OutboxService;
  readonly requestTokens: RequestTokens;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  /** What this process may spend on codes. */
  readonly sends: SendPurse;
  /** What messages cost. */
  readonly prices: Prices;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly rules: RequestOtpRules;
}

/** A race was lost, and a moment later nothing stands in the way any more. */
const UNKNOWN_WAIT: Refusal = { kind: 'too_soon', retryAt: null, spentBudgets: [] };

export class RequestOtpService {
  readonly #parts: RequestOtpParts;

  constructor(parts: RequestOtpParts) {
    this.#parts = parts;
  }

  /** Sends a code, or the living one again. The answer does not wait for the provider. */
  async requestOtp(command: RequestOtpCommand): Promise<RequestOtpOutcome> {
    const { clock, codeRequests, metrics, rules } = this.#parts;
    const reading = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, clock.now());
    if (reading.kind === 'phone_number') {
      const { channel } = command;
      countStep(metrics, 'requested', { channel, country: reading.destination?.country ?? null });
    }
    const outcome = await this.#request(command, reading);
    codeRequests.note(command, reading, outcome);
    return outcome;
  }

  async #request(command: RequestOtpCommand, reading: PhoneNumberReading): Promise<RequestOtpOutcome> {
    const { captcha, outbox, clock, rules } = this.#parts;
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(reading, rules.phoneNumbers));
    if (command.locale !== null && !isLanguageTag(command.locale))
      problems.add('locale', invalidFormat('Enter a language tag (BCP 47), for example "en" or "pt-BR".'));
    if (reading.kind !== 'phone_number' || problems.found) return problems.toOutcome();
    const purpose = readPurpose(command, rules, clock.now());
    if (purpose.kind !== 'purpose') return purpose;
    const { channel } = command;
    const refusal = refusalOf(reading.destination, rules.destinations, channel === 'VOICE' ? 'call' : 'text');
    if (refusal) return { kind: 'destination_not_allowed', reason: refusal };
    // Before a CAPTCHA's token is spent, too.
    const plan = outbox.plan({ channel, country: reading.destination?.country ?? null }, { trial: true });
    if (plan.kind === 'not_offered') return notOffered(plan);
    if (plan.kind === 'unavailable' && reading.testCode === null)
      return { kind: 'delivery_unavailable', retryAfterSeconds: plan.retryAfterSeconds };
    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.ipAddress });
    if (permission.kind === 'captcha_required') return permission;
    const sending = plan.kind === 'planned' ? plan : { provider: null, route: null, shownOnly: false };
    const suspicionCounts = permission.askIfSuspicious;
    const outcome = await this.#open(
      await prepare({ command, ...purpose, number: reading, ...sending, suspicionCounts }, this.#parts),
    );
    return outcome.kind === 'suspicious' ? { ...captcha.required(), limit: outcome.limit } : outcome;
  }

  /** Looks, decides and writes. */
  async #open(request: PreparedRequest): Promise<RequestOtpOutcome | Suspicious> {
    const { requests, sends, random } = this.#parts;
    const facts = await requests.look(factsQuery(request));
    const decision = decide(request, facts);
    if (decision.kind !== 'send') return this.#refuse(decision, request);
    const taken = await sends.take(decision.leased);
    if (taken.kind === 'refused') return this.#refuse(spentAtLeases(taken), request);
    const message = this.#messageOf(request, decision);
    const challenge = this.#challengeOf(request, decision);
    // Where this fails, the code may have been sent all the same. So the shares stay spent.
    const written = await requests.write({ hashed: request.hashed, payments: decision.payments, challenge, message });
    sends.giveBack(unspentShares(taken.shares, { decision, written }));
    if (written.kind === 'lost') return this.#refuseAfterRace(request);
    sends.spent(decision.payments, written.spent);
    this.#afterwards(request, decision, { message, written });
    const asked = { messageId: message?.id ?? random.uuid(), knownDevice: facts.knownDevice };
    const noted = { messageId: message?.id ?? null, withheld: withheldBecause(request, decision) };
    return { ...(await this.#answer(request, decision, { ...written, ...asked })), noted };
  }

  /** Another request was quicker. A second look tells why this one is refused. */
  async #refuseAfterRace(request: PreparedRequest) {
    const decision = decide(request, await this.#parts.requests.look(factsQuery(request)));
    return this.#refuse(decision.kind === 'send' ? UNKNOWN_WAIT : decision, request);
  }

  #challengeOf({ command, purpose, phoneNumber, now, code }: PreparedRequest, { counted }: SendDecision) {
    const { random, secrets } = this.#parts;
    const { channel } = command;
    const ids = { challengeId: random.uuid(), secretId: secrets.current.id };
    return { ...code, ...ids, destination: phoneNumber, purpose, channel, now, countedUnder: counted?.keys ?? [] };
  }

  #messageOf(request: PreparedRequest, decision: SendDecision): NewMessage | null {
    const { random, clock } = this.#parts;
    const { command, country, provider, route } = request;
    const { locale } = decision;
    const withheld = isWithheld(request, decision);
    return provider === null
      ? null
      : { id: random.rowId(clock), channel: command.channel, country, provider, route, locale, withheld };
  }

  /** Behind the answer: the guard counts, and the message is sent. */
  #afterwards(
    request: PreparedRequest,
    decision: SendDecision,
    { message, written }: { message: NewMessage | null; written: WrittenOtp & { kind: 'opened' } },
  ): void {
    const { outbox, metrics, guard: pumpingGuard } = this.#parts;
    const { purpose, phoneNumber, country, now, guard } = request;
    const { counted, pausedUntil } = decision;
    const withheld = isWithheld(request, decision);
    if (guard && counted) pumpingGuard.sent({ ranges: guard.ranges, ...counted });
    if (guard && counted && pausedUntil) pumpingGuard.probed(guard.ranges);
    if (withheld && !decision.forNobody && country !== null) metrics.count('sends_withheld_total', { country });
    if (!message) return;
    const { challengeId, secretId, expiresAt } = written;
    const challenge = { challengeId, secretId, expiresAt };
    const { withheld: _, ...rest } = message;
    const note = decision.withheld && !withheld && pausedUntil ? withheldNote(pausedUntil) : undefined;
    const fresh = { attempts: 1, ruledOut: [], lastFailure: null, note };
    const due = { ...rest, ...challenge, ...fresh, destination: phoneNumber, purpose, createdAt: now };
    outbox.dispatch(due, { withheld });
  }

  async #answer(
    { command, membersOnly, phoneNumber, now }: PreparedRequest,
    { pausedUntil }: SendDecision,
    sent: CodeSend & { readonly expiresAt: Date; readonly messageId: string; readonly knownDevice: boolean },
  ): Promise<Omit<SentOtp, 'noted'>> {
    const { requestTokens, rules } = this.#parts;
    const { expiresAt, messageId, challengeId, send, knownDevice } = sent;
    const { channel } = command;
    // In a paused range a message to an unverified number goes nowhere, which would tell who has an account. So would a
    // message that only accounts are sent. A device that the account knows knows of the account.
    const quiet = pausedUntil !== null || (membersOnly && !knownDevice);
    const subject = { messageId, challengeId, send, channel, knownDevice, quiet };
    return {
      kind: 'sent',
      phoneNumber,
      expiresAt,
      expiresInSeconds: secondsLeft(expiresAt, now),
      pausedUntil,
      pausedForSeconds: pausedUntil && secondsUntil(pausedUntil, now),
      resendAvailableAt: addSeconds(now, rules.cooldown),
      resendAfterSeconds: rules.cooldown,
      requestToken: await requestTokens.issue(subject),
    };
  }

  #refuse(refusal: Refusal, request: PreparedRequest): RequestOtpOutcome | Suspicious {
    const { now } = request;
    switch (refusal.kind) {
      case 'suspicious':
        return { kind: 'suspicious', limit: suspicionOf(refusal) };
      case 'blocked':
        return { kind: 'destination_not_allowed', reason: 'blocked' };
      case 'refused_number':
        return { kind: 'destination_not_allowed', reason: refusal.refusal };
      case 'unknown_phone':
        return { kind: 'user_not_found' };
      case 'locked': {
        const { lockedUntil } = refusal;
        const limit = limitOf(refusal);
        return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now), limit };
      }
      case 'too_soon': {
        // Callers are not told which budget refuses: that of a number would tell what its owner does.
        const { phoneNumber, country, command } = request;
        const { networks } = command;
        this.#parts.sends.refused(refusal.spentBudgets, { to: { phoneNumber, country }, networks });
        const left = refusal.retryAt ? secondsUntil(refusal.retryAt, now) : 0;
        const justSent = refusal.spentBudgets.length === 0;
        const limit = limitOf(refusal);
        return { kind: 'too_many_requests', retryAfterSeconds: left || this.#parts.rules.cooldown, justSent, limit };
      }
    }
  }
}

function spentAtLeases({ budgets, retryAt }: { budgets: readonly SendBudget[]; retryAt: Date | null }): Refusal {
  // Without a time, other requests were quicker to take the last parts, which is no refusal by a limit.
  return { kind: 'too_soon', retryAt, spentBudgets: retryAt === null ? [] : budgets };
}

function notOffered({ anywhere }: { readonly anywhere: boolean }): RequestOtpOutcome {
  if (anywhere) return { kind: 'destination_not_allowed', reason: 'country' };
  const problems = new FieldProblems();
  problems.add('channel', {
    code: 'NOT_OFFERED',
    message: 'Codes are not sent this way. Choose another way to get the code.',
  });
  return problems.toOutcome();
}
