import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import { textLimits } from '../platform/text-limits.js';
import { type Channel, channels } from '../texts/channel.js';

const TOKEN_TYPE = 'delivery+jwt';
const ALGORITHM = 'HS256';
/** Seconds. People do not wait for a message longer. */
const TIME_TO_LIVE = 3_600;

/** What a delivery token says: the message that its holder asked for. */
export interface DeliveryTokenSubject {
  readonly messageId: string;
  readonly channel: Channel;
  /** Whether the account of the number knows the device that asked. */
  readonly knownDevice: boolean;
}

/** Delivery tokens let only the person who asked for a code follow its message. They hold no phone number. */
export class DeliveryTokens {
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async issue({ messageId, channel, knownDevice }: DeliveryTokenSubject): Promise<string> {
    const secret = this.#secrets.current;
    const now = this.#clock.now();
    return new SignJWT({ ch: channel, ...(knownDevice && { dev: true }) })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: secret.id })
      .setSubject(messageId)
      .setIssuedAt(now)
      .setExpirationTime(addSeconds(now, TIME_TO_LIVE))
      .sign(secret.key('delivery-token'));
  }

  /** What a token of ours says, and when it was issued; null for anything else. */
  async read(token: string): Promise<(DeliveryTokenSubject & { readonly issuedAt: Date }) | null> {
    if (token.length > textLimits.TOKEN.maximum) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const secret = kid === undefined ? null : secretById(this.#secrets, kid);
      if (!secret) return null;
      const { payload } = await jwtVerify(token, secret.key('delivery-token'), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        requiredClaims: ['sub', 'ch', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      });
      const { sub: messageId = '', ch, dev, iat = 0 } = payload;
      const channel = channels.find((each) => each === ch);
      if (!channel || !validate(messageId)) return null;
      return { messageId, channel, knownDevice: dev === true, issuedAt: new Date(iat * 1000) };
    } catch {
      return null;
    }
  }
}
