import type { HeldShare } from '../../budgets/budget-leases.js';
import type { SendBudget } from '../../budgets/send-budgets.js';
import type { SendPurse } from '../../budgets/send-purse.js';
import type { CaptchaGate, CaptchaPermission, CaptchaRequired } from '../../captcha/captcha-gate.service.js';
import type { OutboxService } from '../../messaging/outbox.service.js';
import { countStep } from '../../messaging/otp-steps.js';
import type { NewMessage } from '../../messaging/queue-message.js';
import type { EmailPurpose } from '../../otp/otp-purpose.js';
import type { CodeSend, RequestTokens } from '../../otp/request-token.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import { addSeconds, type Clock, secondsLeft, secondsUntil } from '../../platform/clock.js';
import { FieldProblems, type InvalidInput, invalidFormat } from '../../platform/field-problems.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Random } from '../../platform/random.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { ReauthenticationRequired } from '../../sessions/step-up.js';
import type { ContinuationRepository, WaitingSignIn } from '../../sign-in/opening/continuation.repository.js';
import type { ContinuationTokens } from '../../sign-in/opening/continuation-token.js';
import type { WrittenOtp } from '../../sign-in/request-otp/write.repository.js';
import { disabledAt } from '../../users/account-lock.js';
import { isLanguageTag } from '../../texts/locale.js';
import { decideEmail, type EmailDecision, type EmailRefusal } from './decision.js';
import { emailFactsQuery, type PreparedEmail, prepareEmail, type RequestEmailOtpRules } from './prepared-request.js';
import { readRecipient, type Recipient } from './recipient.js';
import type { RequestEmailOtpRepository } from './request-email-otp.repository.js';

export interface RequestEmailOtpCommand {
  readonly purpose: EmailPurpose;
  /** As typed; null: it was left out. */
  readonly email: string | null;
  readonly locale: string | null;
  readonly captchaToken: string | null;
  /** From `FurtherProofRequiredError`. */
  readonly continuationToken: string | null;
  /** The session that asks; null: the purpose needs none. */
  readonly session: LiveSession | null;
  readonly acceptLanguage: string | null;
  readonly ipAddress: string | null;
  readonly networks: ClientNetworks;
}

export type RequestEmailOtpOutcome =
  | {
      readonly kind: 'sent';
      readonly email: string;
      readonly expiresAt: Date;
      readonly expiresInSeconds: number;
      readonly resendAvailableAt: Date;
      readonly resendAfterSeconds: number;
      /** Shows with a guess that the caller asked for the code. */
      readonly requestToken: string;
    }
  | InvalidInput
  | ReauthenticationRequired
  | CaptchaRequired
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | {
      readonly kind: 'too_many_requests';
      readonly retryAfterSeconds: number;
      /** Only the pause after the last code is in the way. */
      readonly justSent: boolean;
    }
  | { readonly kind: 'delivery_unavailable'; readonly retryAfterSeconds: number };

export interface RequestEmailOtpParts {
  readonly captcha: CaptchaGate;
  readonly emailRequests: RequestEmailOtpRepository;
  readonly outbox: OutboxService;
  readonly requestTokens: RequestTokens;
  readonly continuationTokens: ContinuationTokens;
  readonly continuations: Pick<ContinuationRepository, 'find'>;
  /** What this process may spend on codes. */
  readonly sends: SendPurse;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly rules: RequestEmailOtpRules;
}

const EMAIL = { channel: 'EMAIL', country: null } as const;

/** A race was lost, and a moment later nothing stands in the way any more. */
const UNKNOWN_WAIT: EmailRefusal = { kind: 'too_soon', retryAt: null, spentBudgets: [] };

export class RequestEmailOtpService {
  readonly #parts: RequestEmailOtpParts;

  constructor(parts: RequestEmailOtpParts) {
    this.#parts = parts;
  }

  /** Sends a code to an email address, or the living one again. The answer does not wait for the mail server. */
  async requestEmailOtp(command: RequestEmailOtpCommand): Promise<RequestEmailOtpOutcome> {
    const { captcha, outbox, clock, metrics } = this.#parts;
    const now = clock.now();
    if (command.locale !== null && !isLanguageTag(command.locale))
      return problem('locale', invalidFormat('Enter a language tag (BCP 47), for example "en" or "pt-BR".'));
    const recipient = readRecipient({ ...command, waiting: await this.#waiting(command, now) }, now);
    if (recipient.kind !== 'recipient') return recipient;
    countStep(metrics, 'requested', EMAIL);
    const plan = outbox.plan(EMAIL, { trial: true });
    if (plan.kind === 'not_offered')
      return problem('purpose', { code: 'NOT_OFFERED', message: 'This service sends no codes by email.' });
    if (plan.kind === 'unavailable') return { kind: 'delivery_unavailable', retryAfterSeconds: plan.retryAfterSeconds };
    const permission = await this.#admit(command, recipient);
    if (permission.kind === 'captcha_required') return permission;
    const { networks, locale, acceptLanguage } = command;
    const suspicionCounts = permission.askIfSuspicious;
    const accepted = {
      ...{ recipient, networks, locale, acceptLanguage, suspicionCounts },
      provider: plan.provider,
      route: plan.route,
      now,
    };
    const outcome = await this.#open(prepareEmail(accepted, this.#parts));
    return outcome.kind === 'suspicious' ? captcha.required() : outcome;
  }

  /** The sign-in that goes on with the code. */
  async #waiting({ purpose, continuationToken }: RequestEmailOtpCommand, now: Date): Promise<WaitingSignIn | null> {
    if (purpose !== 'CONTINUE_SIGN_IN' || continuationToken === null) return null;
    const { continuationTokens, continuations } = this.#parts;
    const id = continuationTokens.read(continuationToken);
    const waiting = id === null ? null : await continuations.find(id, null, now);
    return waiting && disabledAt(waiting.user, now) ? null : waiting;
  }

  /** Whoever has shown a proof is asked for no CAPTCHA. */
  async #admit(
    { captchaToken: token, ipAddress }: RequestEmailOtpCommand,
    { isNewcomer }: Recipient,
  ): Promise<CaptchaPermission | CaptchaRequired> {
    if (!isNewcomer) return { kind: 'go_on', suspicionCleared: false, askIfSuspicious: false };
    return this.#parts.captcha.check({ token, ipAddress });
  }

  /** Looks, decides and writes. */
  async #open(request: PreparedEmail): Promise<RequestEmailOtpOutcome | { readonly kind: 'suspicious' }> {
    const { emailRequests, sends } = this.#parts;
    const decision = decideEmail(request, await emailRequests.look(emailFactsQuery(request)));
    if (decision.kind !== 'send') return this.#refuse(decision, request);
    const taken = await sends.take(decision.leased);
    if (taken.kind === 'refused') return this.#refuse(spentAtLeases(taken), request);
    const message = this.#messageOf(request, decision);
    const challenge = this.#challengeOf(request);
    // Where this fails, the code may have been sent all the same. So the shares stay spent.
    const written = await emailRequests.write({ payments: decision.payments, challenge, message });
    sends.giveBack(unspent(taken.shares, { decision, written }));
    if (written.kind === 'lost') return this.#refuseAfterRace(request);
    sends.spent(decision.payments, written.spent);
    this.#dispatch(request, { message, written });
    return this.#answer(request, { ...written, messageId: message.id });
  }

  /** Another request was quicker. A second look tells why this one is refused. */
  async #refuseAfterRace(request: PreparedEmail) {
    const decision = decideEmail(request, await this.#parts.emailRequests.look(emailFactsQuery(request)));
    return this.#refuse(decision.kind === 'send' ? UNKNOWN_WAIT : decision, request);
  }

  #challengeOf({ destination, purpose, now, code }: PreparedEmail) {
    const { random, secrets } = this.#parts;
    const ids = { challengeId: random.uuid(), secretId: secrets.current.id };
    return { ...code, ...ids, destination, purpose, channel: EMAIL.channel, now, countedUnder: [] };
  }

  #messageOf({ provider, route }: PreparedEmail, { locale, withheld }: EmailDecision): NewMessage {
    const { random, clock } = this.#parts;
    return { id: random.rowId(clock), ...EMAIL, provider, route, locale, withheld };
  }

  #dispatch(
    { destination, purpose, now }: PreparedEmail,
    { message, written }: { message: NewMessage; written: WrittenOtp & { kind: 'opened' } },
  ): void {
    const { challengeId, secretId, expiresAt } = written;
    const { withheld, ...rest } = message;
    const fresh = { attempts: 1, ruledOut: [], lastFailure: null, createdAt: now };
    const due = { ...rest, ...fresh, challengeId, secretId, expiresAt, destination, purpose };
    this.#parts.outbox.dispatch(due, { withheld });
  }

  async #answer(
    { recipient, now }: PreparedEmail,
    sent: CodeSend & { readonly expiresAt: Date; readonly messageId: string },
  ): Promise<RequestEmailOtpOutcome> {
    const { requestTokens, rules } = this.#parts;
    const { expiresAt, messageId, challengeId, send } = sent;
    // Its holder is told nothing of the message: whether there is one would tell who has an account.
    const subject = { messageId, challengeId, send, channel: EMAIL.channel, knownDevice: false, quiet: true };
    return {
      kind: 'sent',
      email: recipient.shown,
      expiresAt,
      expiresInSeconds: secondsLeft(expiresAt, now),
      resendAvailableAt: addSeconds(now, rules.cooldown),
      resendAfterSeconds: rules.cooldown,
      requestToken: requestTokens.issue(subject),
    };
  }

  #refuse(refusal: EmailRefusal, request: PreparedEmail): RequestEmailOtpOutcome | { readonly kind: 'suspicious' } {
    const { now, destination, networks } = request;
    switch (refusal.kind) {
      case 'suspicious':
        return refusal;
      case 'refused_address':
        return problem('email', { code: 'UNKNOWN', message: 'Emails do not reach this address. Check it.' });
      case 'locked': {
        const { lockedUntil } = refusal;
        return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
      }
      case 'too_soon': {
        // Callers are not told which budget refuses: that of an address would tell what its owner does.
        this.#parts.sends.refused(refusal.spentBudgets, { to: { email: destination }, networks });
        const left = refusal.retryAt ? secondsUntil(refusal.retryAt, now) : 0;
        const justSent = refusal.spentBudgets.length === 0;
        return { kind: 'too_many_requests', retryAfterSeconds: left || this.#parts.rules.cooldown, justSent };
      }
    }
  }
}

function spentAtLeases(refused: { budgets: readonly SendBudget[]; retryAt: Date | null }): EmailRefusal {
  const { budgets, retryAt } = refused;
  // Without a time, other requests were quicker to take the last parts, which is no refusal by a limit.
  return { kind: 'too_soon', retryAt, spentBudgets: retryAt === null ? [] : budgets };
}

/** What a request gives back: everything where it lost a race, and of a withheld code what others are sent theirs from. */
function unspent(
  shares: readonly HeldShare[],
  { decision, written }: { decision: EmailDecision; written: WrittenOtp },
): HeldShare[] {
  if (written.kind === 'lost') return [...shares];
  const kept = new Set(decision.leased.flatMap(({ key, units }) => (units > 0 ? [key] : [])));
  return shares.filter(({ key }) => !kept.has(key));
}

function problem(field: string, found: Parameters<FieldProblems['add']>[1]): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, found);
  return problems.toOutcome();
}
