import type {
  MessageSender,
  OutgoingMessage,
  ProviderName,
  SendFailure,
  SendOutcome,
} from '../../../src/providers/message-sender.js';
import { codeIn } from '../operations/code-in.js';

/** A provider that does as it is told, one message after the other, and otherwise takes everything. */
export class ScriptedSender implements MessageSender {
  readonly provider: ProviderName;
  /** Every attempt, in order. */
  readonly attempts: OutgoingMessage[] = [];
  readonly #script: (SendFailure | SendOutcome)[] = [];
  #always: SendFailure | null = null;
  #gate: Promise<void> | null = null;
  #open = () => {};

  constructor(provider: ProviderName = 'console') {
    this.provider = provider;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    this.attempts.push(message);
    const next = this.#script.shift() ?? this.#always;
    await this.#gate;
    if (next === null) return { kind: 'accepted', providerMessageId: `scripted-${this.attempts.length}` };
    return typeof next === 'string' ? { kind: 'failed', reason: next, providerCode: null } : next;
  }

  /** What becomes of the next attempts. */
  next(...outcomes: readonly (SendFailure | SendOutcome)[]): void {
    this.#script.push(...outcomes);
  }

  /** What becomes of all attempts from now on; null: they are taken. */
  always(failure: SendFailure | null): void {
    this.#always = failure;
  }

  /** Answers nothing until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#open();
    this.#gate = null;
  }

  to(phoneNumber: string): OutgoingMessage[] {
    return this.attempts.filter(({ to }) => to === phoneNumber);
  }

  /** The code of the latest message to a number. */
  code(phoneNumber: string): string {
    const message = this.to(phoneNumber).at(-1);
    return (message && codeIn(message)) ?? '';
  }
}
