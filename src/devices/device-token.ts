import { validate } from 'uuid';
import type { AppSecrets } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import { SecretTokens } from '../platform/tokens/secret-tokens.js';

/** What a device token says: a device that signed in to an account. */
export interface DeviceTokenSubject {
  readonly deviceId: string;
  readonly userId: string;
}

/**
 * Device tokens: signed with a key of their own and of a type of their own, so that neither can a device token pass for
 * another token nor another token for it. A device token begins no session and does not prove who the user is. All it
 * gives is guesses of its own, for as long as the account knows the device.
 */
export class DeviceTokens {
  readonly #tokens: SecretTokens;
  readonly #clock: Clock;
  readonly #timeToLive: number;

  /** @param timeToLive seconds. */
  constructor(secrets: AppSecrets, clock: Clock, timeToLive: number) {
    this.#tokens = new SecretTokens({ secrets, purpose: 'device-token', typ: 'device+jwt' });
    this.#clock = clock;
    this.#timeToLive = timeToLive;
  }

  issue({ deviceId, userId }: DeviceTokenSubject): string {
    const iat = Math.floor(this.#clock.now().getTime() / 1000);
    return this.#tokens.issue({ dev: deviceId, sub: userId, iat, exp: iat + this.#timeToLive });
  }

  /** What a token of ours says; null for anything else: it counts as no token. */
  read(token: string | null): DeviceTokenSubject | null {
    if (token === null) return null;
    const expected = { requiredClaims: ['sub', 'dev', 'iat', 'exp'], currentDate: this.#clock.now() };
    const { sub: userId, dev: deviceId } = this.#tokens.read(token, expected) ?? {};
    return validate(userId) && validate(deviceId) ? { deviceId: String(deviceId), userId: String(userId) } : null;
  }
}
