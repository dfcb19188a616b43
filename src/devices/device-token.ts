import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import { textLimits } from '../platform/text-limits.js';

const TOKEN_TYPE = 'device+jwt';
const ALGORITHM = 'HS256';

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
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;
  readonly #timeToLive: number;

  /** @param timeToLive seconds. */
  constructor(secrets: AppSecrets, clock: Clock, timeToLive: number) {
    this.#secrets = secrets;
    this.#clock = clock;
    this.#timeToLive = timeToLive;
  }

  async issue({ deviceId, userId }: DeviceTokenSubject): Promise<string> {
    const secret = this.#secrets.current;
    const now = this.#clock.now();
    return new SignJWT({ dev: deviceId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: secret.id })
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(addSeconds(now, this.#timeToLive))
      .sign(secret.key('device-token'));
  }

  /** What a token of ours says; null for anything else: it counts as no token. */
  async read(token: string | null): Promise<DeviceTokenSubject | null> {
    if (token === null || token.length > textLimits.TOKEN.maximum) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const secret = kid === undefined ? null : secretById(this.#secrets, kid);
      if (!secret) return null;
      const { payload } = await jwtVerify(token, secret.key('device-token'), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        requiredClaims: ['sub', 'dev', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      });
      const { sub: userId, dev: deviceId } = payload;
      return validate(userId) && validate(deviceId) ? { deviceId: String(deviceId), userId: String(userId) } : null;
    } catch {
      return null;
    }
  }
}
