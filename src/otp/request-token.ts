import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import { textLimits } from '../platform/text-limits.js';

const TOKEN_TYPE = 'request+jwt';
const ALGORITHM = 'HS256';
/** Seconds. No code lives longer, and people do not wait for a message longer. */
const TIME_TO_LIVE = 3_600;

/** A send of a code: which guesses belong to whoever asked for it. */
export interface CodeSend {
  readonly challengeId: string;
  /** Number of the send among those of its challenge: 1, 2, … */
  readonly send: number;
}

/** What a request token says: the send of a code that its holder asked for. */
export interface RequestTokenSubject extends CodeSend {
  readonly messageId: string;
  /** How the code was sent. */
  readonly channel: string;
  /** Whether the account of the number knows the device that asked. */
  readonly knownDevice: boolean;
  /** Whether the holder is told nothing of the message, because its range is paused: it would tell who has an account. */
  readonly quiet: boolean;
}

/**
 * Request tokens show who asked for a code. Their guesses are counted apart from those of strangers, and only they can
 * follow the message. A request token begins no session, and holds no phone number.
 */
export class RequestTokens {
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async issue({ messageId, challengeId, send, channel, knownDevice, quiet }: RequestTokenSubject): Promise<string> {
    const secret = this.#secrets.current;
    const now = this.#clock.now();
    return new SignJWT({
      cha: challengeId,
      n: send,
      ch: channel,
      ...(knownDevice && { dev: true }),
      ...(quiet && { q: true }),
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: secret.id })
      .setSubject(messageId)
      .setIssuedAt(now)
      .setExpirationTime(addSeconds(now, TIME_TO_LIVE))
      .sign(secret.key('request-token'));
  }

  /** What a token of ours says, and when it was issued; null for anything else: it counts as no token. */
  async read(token: string | null): Promise<(RequestTokenSubject & { readonly issuedAt: Date }) | null> {
    if (token === null || token.length > textLimits.TOKEN.maximum) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const secret = kid === undefined ? null : secretById(this.#secrets, kid);
      if (!secret) return null;
      const { payload } = await jwtVerify(token, secret.key('request-token'), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        requiredClaims: ['sub', 'cha', 'n', 'ch', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      });
      const { sub: messageId = '', cha: challengeId, n: send, ch: channel, dev, q, iat = 0 } = payload;
      if (!validate(messageId) || typeof send !== 'number' || typeof channel !== 'string') return null;
      const flags = { knownDevice: dev === true, quiet: q === true };
      return { messageId, challengeId: String(challengeId), send, channel, ...flags, issuedAt: new Date(iat * 1000) };
    } catch {
      return null;
    }
  }
}
