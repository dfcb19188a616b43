import { DOCUMENTS, GROUPS, type Group, READS } from './documents.js';
import type { Disturbances } from './disturbances.js';
import type { Findings } from './findings.js';
import type { Answered } from './soak-api.js';

/** Milliseconds. */
export interface Latency {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
}

export interface MinuteOfCalls {
  readonly answers: number;
  /** By reason. All of them are in windows that allow them, or findings. */
  readonly failures: Readonly<Record<string, number>>;
  readonly latencies: Readonly<Partial<Record<Group, Latency>>>;
  /** Of calls in no window. */
  readonly calm: Readonly<Partial<Record<Group, Latency>>>;
}

/** Answers of the schema's own class that say "later", and are right only in a window. */
const UNAVAILABLE = 'DeliveryUnavailableError';

/** Counts what callers hear, minute by minute, and judges what has no answer. */
export class Tally {
  answers = 0;
  readonly failures = new Map<string, number>();
  /** Answers by operation, which bound the rows of tables. */
  readonly byOperation = new Map<string, number>();
  readonly #parts: { readonly disturbances: Disturbances; readonly findings: Findings };
  #failuresOfMinute: Record<string, number> = {};
  #answersOfMinute = 0;
  #all = new Map<Group, number[]>();
  #calm = new Map<Group, number[]>();

  constructor(parts: { disturbances: Disturbances; findings: Findings }) {
    this.#parts = parts;
  }

  hear(answered: Answered): void {
    const { operation, outcome } = answered;
    // A change that was not answered may have been done.
    const mayBeDone = outcome.kind !== 'none' || !READS.has(operation);
    if (mayBeDone) this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
    if (outcome.kind === 'none') {
      this.#fail(answered, outcome.reason);
      return;
    }
    this.#answer(answered);
    const allowed = this.#parts.disturbances.allow('delivery unavailable', answered.from, answered.to);
    if (outcome.kind === 'answer' && outcome.type === UNAVAILABLE && !allowed)
      this.#parts.findings.add('failed outside of a window', `${operation}: ${UNAVAILABLE}`);
  }

  /** Calls that may have written something, of these operations. */
  count(...operations: readonly string[]): number {
    return operations.reduce((sum, operation) => sum + (this.byOperation.get(operation) ?? 0), 0);
  }

  endMinute(): MinuteOfCalls {
    const minute = {
      answers: this.#answersOfMinute,
      failures: this.#failuresOfMinute,
      latencies: latenciesOf(this.#all),
      calm: latenciesOf(this.#calm),
    };
    this.#failuresOfMinute = {};
    this.#answersOfMinute = 0;
    this.#all = new Map();
    this.#calm = new Map();
    return minute;
  }

  #answer({ operation, from, to }: Answered): void {
    const { group } = DOCUMENTS[operation];
    this.answers += 1;
    this.#answersOfMinute += 1;
    note(this.#all, group, to - from);
    if (this.#parts.disturbances.isCalm(from, to)) note(this.#calm, group, to - from);
  }

  #fail({ operation, from, to }: Answered, reason: string): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    this.#failuresOfMinute[reason] = (this.#failuresOfMinute[reason] ?? 0) + 1;
    const allowed = this.#parts.disturbances.allow('no answer', from, to) && !reason.startsWith('HTTP 500');
    if (!allowed) this.#parts.findings.add('failed outside of a window', `${operation}: ${reason}`);
  }
}

function note(lists: Map<Group, number[]>, group: Group, milliseconds: number): void {
  const list = lists.get(group) ?? [];
  list.push(milliseconds);
  lists.set(group, list);
}

function latenciesOf(lists: ReadonlyMap<Group, readonly number[]>): Partial<Record<Group, Latency>> {
  const entries = GROUPS.flatMap((group) => {
    const sorted = [...(lists.get(group) ?? [])].sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    return sorted.length === 0 ? [] : [[group, { calls: sorted.length, p50: at(0.5), p99: at(0.99) }]];
  });
  return Object.fromEntries(entries);
}
