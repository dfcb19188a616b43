import { setTimeout as pause } from 'node:timers/promises';
import type { Operation } from './documents.js';
import type { Disturbances } from './disturbances.js';
import type { Findings } from './findings.js';
import type { Gateway } from './gateway.js';
import type { Person, Session } from './person.js';
import type { Call, Data, Outcome, SoakApi } from './soak-api.js';

const AGAIN_MS = 500;
/** Then a person gives up. Below `REFRESH_GRACE`, in which a refresh may be repeated. */
const GIVE_UP_MS = 25_000;
const CODE_WITHIN_MS = 12_000;

export interface World {
  readonly api: SoakApi;
  readonly gateway: Pick<Gateway, 'take' | 'wasFaulted'>;
  readonly findings: Findings;
  readonly disturbances: Disturbances;
  readonly random: () => number;
  /** Milliseconds before each call. */
  readonly restMs: number;
}

/** What a call came to, after it was repeated until there was an answer. */
export interface Settled {
  readonly outcome: Outcome;
  /** Attempts without an answer. They may have been done. */
  readonly unanswered: number;
}

/** The person knows no longer what the service has acknowledged, and leaves the run. */
export class Uncertain extends Error {}

/** Calls of people, with what must come of them. */
export class Talk {
  readonly world: World;
  /** Codes that did not come in time, for which there was a reason. */
  lateCodes = 0;

  constructor(world: World) {
    this.world = world;
  }

  chance(share: number): boolean {
    return this.world.random() < share;
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.world.random() * items.length)];
  }

  /** As a client of a front end does: it asks again until it is answered. */
  async settle(operation: Operation, call: Call): Promise<Settled> {
    const { api, random, restMs } = this.world;
    await pause(restMs * (0.5 + random()));
    const from = performance.now();
    for (let unanswered = 0; ; unanswered += 1) {
      const outcome = await api.call(operation, call);
      if (outcome.kind !== 'none') return { outcome, unanswered };
      if (performance.now() - from > GIVE_UP_MS) return { outcome, unanswered: unanswered + 1 };
      await pause(AGAIN_MS);
    }
  }

  /** The answer, if its type is one of `types`. Otherwise the person leaves. */
  must(operation: Operation, { outcome }: Settled, types: readonly string[]): { type: string; data: Data } {
    if (outcome.kind === 'none') throw new Uncertain(`${operation}: ${outcome.reason}`);
    const type = outcome.kind === 'answer' ? outcome.type : outcome.code;
    if (outcome.kind === 'answer' && types.includes(type)) return outcome;
    if (outcome.kind === 'refused' && types.includes(type)) return { type, data: {} };
    this.world.findings.add('unexpected answer', `${operation}: ${type} instead of ${types.join(' or ')}`);
    throw new Uncertain(`${operation}: ${type}`);
  }

  async ask(operation: Operation, call: Call, types: readonly string[]): Promise<{ type: string; data: Data }> {
    return this.must(operation, await this.settle(operation, call), types);
  }

  /** A code that came to the number, with its request token. Null: none came, and there was a reason. */
  async codeFor(
    person: Person,
    { phoneNumber = person.phoneNumber, session }: { phoneNumber?: string; session?: Session } = {},
  ): Promise<{ otp: string; requestToken: string | undefined } | null> {
    const { gateway } = this.world;
    const from = performance.now();
    if (phoneNumber === person.phoneNumber) person.codeAskedAt = from;
    const input = {
      phoneNumber,
      deviceToken: person.deviceToken,
      ...(session && { purpose: 'CHANGE_PHONE' }),
    };
    const call = { variables: { input }, accessToken: session?.accessToken, address: person.address };
    const settled = await this.settle('requestOtp', call);
    // The first of two attempts may have sent the code, and a number waits for a minute then.
    const repeated = settled.unanswered > 0 ? ['TooManyRequestsError'] : [];
    const allowed = ['RequestOtpSuccess', 'DeliveryUnavailableError', ...repeated];
    const { type, data } = this.must('requestOtp', settled, allowed);
    if (type === 'DeliveryUnavailableError') return null;
    const otp = await gateway.take(phoneNumber, from, CODE_WITHIN_MS);
    if (otp !== null) return { otp, requestToken: data.requestToken };
    this.#judgeMissing(phoneNumber, { from, isAcknowledged: type === 'RequestOtpSuccess' });
    return null;
  }

  #judgeMissing(phoneNumber: string, { from, isAcknowledged }: { from: number; isAcknowledged: boolean }): void {
    const { gateway, disturbances, findings } = this.world;
    const isExcused =
      !isAcknowledged ||
      gateway.wasFaulted(phoneNumber, from) ||
      disturbances.allow('no code', from, performance.now());
    if (isExcused) this.lateCodes += 1;
    else findings.add('lost', `a code did not come within ${CODE_WITHIN_MS / 1000} s`);
  }
}
