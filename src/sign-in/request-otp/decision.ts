import { capacityOf, retryAtOf } from '../../budgets/rate-budget.js';
import type { SendBudget } from '../../budgets/send-budgets.js';
import type { NumberRefusal } from '../../messaging/refused-number.table.js';
import { type CodeRules, cooldownEnd, isSentAgain } from '../../otp/open-challenge.js';
import { type GuardedSend, guardSend } from '../../pumping/guarded-send.js';
import type { NumberRanges } from '../../pumping/number-ranges.js';
import type { RequestFacts } from './facts.repository.js';

/** A request for a code, as far as the decision depends on it. */
export interface OtpRequest {
  readonly now: Date;
  /** Whether a number without an account is sent a code. */
  readonly acceptUnknown: boolean;
  /** Whether a code is only of use to an account that verified the number. All others get the same answer, and no code. */
  readonly membersOnly: boolean;
  readonly code: CodeRules;
  readonly budgets: {
    /** What a send costs. */
    readonly all: readonly SendBudget[];
    /** What it costs instead, when a device asks that the number's account knows. */
    readonly knownDevice: readonly SendBudget[];
    /** Without capacity in these, a device that is not known is suspicious. */
    readonly suspicion: readonly SendBudget[];
  };
  /** Null: the pumping guard is off, or nothing is sent to a test number. */
  readonly guard: { readonly ranges: NumberRanges; readonly probe: boolean } | null;
  /** The locale that was asked for, and the one to use when the account has none either. */
  readonly locale: { readonly requested: string | null; readonly fallback: string };
}

export type Refusal =
  /** The number is locked, and no text is left for it either. */
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly spentBudgets: readonly SendBudget[] }
  /** The caller must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious'; readonly spentBudgets: readonly SendBudget[] }
  /** An administrator blocked the destination, known devices included. */
  | { readonly kind: 'blocked' }
  /** Nothing arrives at this number by this channel. */
  | { readonly kind: 'refused_number'; readonly refusal: NumberRefusal }
  | { readonly kind: 'unknown_phone' }
  /** The cooldown has not passed, or budgets are spent. `retryAt` null: a request at the same moment was quicker. */
  | { readonly kind: 'too_soon'; readonly retryAt: Date | null; readonly spentBudgets: readonly SendBudget[] };

type SendPayment = SendBudget & { readonly needs: number };

/** A code to send, once its budgets are paid. */
export interface SendDecision extends GuardedSend {
  readonly kind: 'send';
  /** What pays. A budget with 0 units is touched and not spent: it must have capacity, too. */
  readonly payments: readonly SendPayment[];
  /** What pays from parts that this process took, in the same way. */
  readonly leased: readonly SendPayment[];
  readonly locale: string;
  /** Whether the number has no account that the code is for. */
  readonly forNobody: boolean;
}

const UNGUARDED: GuardedSend = { pausedUntil: null, withheld: false, counted: null };

/** Whether a number is sent a code, and what that costs. The first reason against it is the answer. */
export function decide(request: OtpRequest, facts: RequestFacts): Refusal | SendDecision {
  const { now, budgets } = request;
  const { knownDevice, refusal } = facts;
  if (facts.blocked) return { kind: 'blocked' };
  const suspicions = knownDevice ? [] : full(budgets.suspicion, facts, now);
  if (suspicions.length > 0) return { kind: 'suspicious', spentBudgets: suspicions };
  if (refusal !== null) return { kind: 'refused_number', refusal };
  if (!facts.account && !request.acceptUnknown) return { kind: 'unknown_phone' };
  const due = knownDevice ? budgets.knownDevice : budgets.all;
  return tooSoon(request, facts, due) ?? send(request, facts, due);
}

function tooSoon({ code, now }: OtpRequest, facts: RequestFacts, due: readonly SendBudget[]): Refusal | null {
  const { challenge, lastSentAt } = facts;
  const cooledDown = latest(cooldownEnd(challenge, code, now), cooldownEnd({ sentAt: lastSentAt }, code, now));
  const spentBudgets = full(due, facts, now);
  if (!cooledDown && spentBudgets.length === 0) return null;
  // A lock alone stops no send: the first guess with the request token is looked at whatever strangers guessed.
  const { lockedUntil } = facts;
  if (lockedUntil && lockedUntil > now && spentBudgets.some(isOfNumber))
    return { kind: 'locked', lockedUntil, spentBudgets };
  const retryAt = latest(cooledDown, retryAtOf(spentBudgets, facts.spent, now));
  return { kind: 'too_soon', retryAt, spentBudgets };
}

function send(request: OtpRequest, facts: RequestFacts, due: readonly SendBudget[]): SendDecision {
  const guarded = guardedSend(request, facts);
  const { requested, fallback } = request.locale;
  const forNobody = request.membersOnly && !facts.account?.verified;
  // A withheld code spends what asking costs, and nothing that others are sent theirs from. It touches the same rows as one
  // that is sent, the message's included: otherwise the time taken would tell whether there is an account.
  const unitsOf = ({ personal, units }: SendBudget) => ((guarded.withheld || forNobody) && !personal ? 0 : units);
  const paid = due.map((budget) => paymentOf(budget, unitsOf(budget)));
  return {
    kind: 'send',
    ...guarded,
    forNobody,
    payments: paid.filter(({ leased }) => !leased),
    leased: paid.filter(({ leased }) => leased),
    // Anyone can register anyone's number. So the language of an unverified account is not its owner's choice.
    locale: requested ?? (facts.account?.verified ? facts.account.locale : null) ?? fallback,
  };
}

/** Field by field, as in send-budgets.ts. */
function paymentOf(budget: SendBudget, units: number): SendPayment {
  const { name, key, window, max, personal, units: needs, leased = false } = budget;
  return { name, key, window, max, units, personal, leased, needs };
}

function guardedSend({ guard, code, now }: OtpRequest, facts: RequestFacts): GuardedSend {
  if (!guard) return UNGUARDED;
  const { challenge, account } = facts;
  const again = isSentAgain(challenge, code, now) ? challenge : null;
  const countedBefore = (again?.countedUnder.length ?? 0) > 0;
  const resend = again !== null && again.sends === 1 && facts.wasSent;
  const unansweredSince = challenge && challenge.consumedAt === null ? challenge.sentAt : null;
  const { verified = false, alive = false } = account ?? {};
  return guardSend({ ...guard, asking: { verified, alive, unansweredSince, resend }, countedBefore, now }, facts);
}

/** Of leased budgets, this process knows after the decision whether they have capacity. */
function full(budgets: readonly SendBudget[], { spent }: RequestFacts, now: Date): SendBudget[] {
  const atRows = budgets.filter(({ leased }) => !leased);
  return atRows.filter((budget) => !capacityOf(budget, spent.get(budget.key), now).hasCapacity);
}

function isOfNumber({ name }: SendBudget): boolean {
  return name === 'number' || name === 'number_day';
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
