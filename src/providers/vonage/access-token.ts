import { type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '../../platform/clock.js';

/** Seconds for which a token is good. */
const LIFE = 900;
/** Seconds for which a token is used. Signing one with RSA takes a millisecond, as much as all the rest of a send. */
const USED_FOR = 300;

/** Makes the tokens with which an application proves itself (https://developer.vonage.com/en/getting-started/concepts/authentication). */
export class AccessTokens {
  readonly #applicationId: string;
  readonly #privateKey: KeyObject;
  readonly #clock: Clock;
  #latest: { readonly token: Promise<string>; readonly at: number } | null = null;

  constructor(parts: { applicationId: string; privateKey: KeyObject; clock: Clock }) {
    this.#applicationId = parts.applicationId;
    this.#privateKey = parts.privateKey;
    this.#clock = parts.clock;
  }

  current(): Promise<string> {
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    // Also where the clock was set back.
    if (this.#latest === null || Math.abs(now - this.#latest.at) >= USED_FOR)
      this.#latest = { token: this.#make(now), at: now };
    return this.#latest.token;
  }

  #make(now: number): Promise<string> {
    return new SignJWT({ application_id: this.#applicationId })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuedAt(now)
      .setExpirationTime(now + LIFE)
      .setJti(randomUUID())
      .sign(this.#privateKey);
  }
}
