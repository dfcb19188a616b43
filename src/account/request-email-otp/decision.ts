import { capacityOf, retryAtOf } from '../../budgets/rate-budget.js';
import type { SendBudget } from '../../budgets/send-budgets.js';
import { type CodeRules, cooldownEnd } from '../../otp/open-challenge.js';
import type { EmailFacts } from './facts.repository.js';

/** A request for a code by email, as far as the decision depends on it. */
export interface EmailRequest {
  readonly now: Date;
  /** Whether only an address that an account has verified is sent a code. All others get the same answer, and no code. */
  readonly ownersOnly: boolean;
  readonly code: CodeRules;
  readonly budgets: {
    /** What a send costs. */
    readonly all: readonly SendBudget[];
    /** Without capacity in these, the request is suspicious. */
    readonly suspicion: readonly SendBudget[];
  };
  readonly locale: {
    readonly requested: string | null;
    /** Of the account that asks; null: none, or the caller is signed out. */
    readonly own: string | null;
    readonly fallback: string;
  };
}

export type EmailRefusal =
  /** The caller must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious' }
  /** Mail servers say that there is no such mailbox, or that it wants nothing from us. */
  | { readonly kind: 'refused_address' }
  /** Codes to the address are locked, and no email is left for it either. */
  | { readonly kind: 'locked'; readonly lockedUntil: Date }
  /** The cooldown has not passed, or budgets are spent. `retryAt` null: a request at the same moment was quicker. */
  | { readonly kind: 'too_soon'; readonly retryAt: Date | null; readonly spentBudgets: readonly SendBudget[] };

type EmailPayment = SendBudget & { readonly needs: number };

/** A code to send, once its budgets are paid. */
export interface EmailDecision {
  readonly kind: 'send';
  /** Whether nothing is sent after all, because no account has verified the address. */
  readonly withheld: boolean;
  /** What pays. A budget with 0 units is touched and not spent: it must have capacity, too. */
  readonly payments: readonly EmailPayment[];
  /** What pays from parts that this process took, in the same way. */
  readonly leased: readonly EmailPayment[];
  readonly locale: string;
}

/** Whether an address is sent a code, and what that costs. The first reason against it is the answer. */
export function decideEmail(request: EmailRequest, facts: EmailFacts): EmailRefusal | EmailDecision {
  const { now, budgets, ownersOnly } = request;
  if (full(budgets.suspicion, facts, now).length > 0) return { kind: 'suspicious' };
  // Only owners are sent these codes, so a refusal would tell that the address has an account.
  if (facts.refusal !== null && !ownersOnly) return { kind: 'refused_address' };
  return tooSoon(request, facts) ?? send(request, facts);
}

function tooSoon({ code, now, budgets }: EmailRequest, facts: EmailFacts): EmailRefusal | null {
  const cooledDown = cooldownEnd(facts, code, now);
  const spentBudgets = full(budgets.all, facts, now);
  if (!cooledDown && spentBudgets.length === 0) return null;
  // A lock alone stops no send: the first guess with the request token is looked at whatever strangers guessed.
  const { lockedUntil } = facts;
  if (lockedUntil && lockedUntil > now && spentBudgets.some(isOfAddress)) return { kind: 'locked', lockedUntil };
  return { kind: 'too_soon', retryAt: latest(cooledDown, retryAtOf(spentBudgets, facts.spent, now)), spentBudgets };
}

function send({ budgets, ownersOnly, locale }: EmailRequest, { owner, refusal }: EmailFacts): EmailDecision {
  const withheld = ownersOnly && (owner === null || refusal !== null);
  // A withheld code spends what asking costs, and nothing that others are sent theirs from. It touches the same rows as one
  // that is sent, the message's included: otherwise the time taken would tell whether there is an account.
  const unitsOf = ({ personal, units }: SendBudget) => (withheld && !personal ? 0 : units);
  const paid = budgets.all.map((budget) => ({ ...budget, units: unitsOf(budget), needs: budget.units }));
  return {
    kind: 'send',
    withheld,
    payments: paid.filter(({ leased }) => !leased),
    leased: paid.filter(({ leased }) => leased),
    locale: locale.requested ?? locale.own ?? (ownersOnly ? owner?.locale : null) ?? locale.fallback,
  };
}

/** Of leased budgets, this process knows after the decision whether they have capacity. */
function full(budgets: readonly SendBudget[], { spent }: EmailFacts, now: Date): SendBudget[] {
  const atRows = budgets.filter(({ leased }) => !leased);
  return atRows.filter((budget) => !capacityOf(budget, spent.get(budget.key), now).hasCapacity);
}

function isOfAddress({ name }: SendBudget): boolean {
  return name === 'address' || name === 'address_day';
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
