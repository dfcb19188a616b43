import { LRUCache } from 'lru-cache';
import { readPhoneNumber, type PhoneNumberRules } from '../phone/phone-number.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import { rangesOf } from '../pumping/number-ranges.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import { PUMPING } from '../pumping/pumping-parameters.js';
import type { User } from '../users/user.js';
import { atMost } from '../budgets/at-most.js';

/** Accounts of which a process remembers that it has told the guard. */
const REMEMBERED = 10_000;

/** Tells the pumping guard that somebody uses an account on a later day: once for each account, as far as is remembered. */
export class SignsOfLife {
  readonly #parts: { guard: PumpingGuardService; phoneNumbers: PhoneNumberRules; clock: Clock };
  readonly #told = new LRUCache<string, true>(atMost(REMEMBERED));

  constructor(parts: { guard: PumpingGuardService; phoneNumbers: PhoneNumberRules; clock: Clock }) {
    this.#parts = parts;
  }

  /** A session of this account was used. */
  used({ id, phoneNumber, phoneVerifiedAt }: User): void {
    const { guard, phoneNumbers, clock } = this.#parts;
    const now = clock.now();
    if (!phoneNumber || !phoneVerifiedAt || phoneVerifiedAt > addSeconds(now, -PUMPING.aliveAfter)) return;
    if (this.#told.has(id)) return;
    this.#told.set(id, true);
    const reading = readPhoneNumber(phoneNumber, phoneNumbers, now);
    const country = reading.kind === 'phone_number' ? reading.destination?.country : null;
    if (country) guard.alive(rangesOf(phoneNumber, country));
  }
}
