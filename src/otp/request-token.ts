import { validate } from 'uuid';
import type { AppSecrets } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import { SecretTokens } from '../platform/tokens/secret-tokens.js';

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
  readonly #tokens: SecretTokens;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#tokens = new SecretTokens({ secrets, purpose: 'request-token', typ: 'request+jwt' });
    this.#clock = clock;
  }

  issue({ messageId, challengeId, send, channel, knownDevice, quiet }: RequestTokenSubject): string {
    const iat = Math.floor(this.#clock.now().getTime() / 1000);
    return this.#tokens.issue({
      cha: challengeId,
      n: send,
      ch: channel,
      ...(knownDevice && { dev: true }),
      ...(quiet && { q: true }),
      sub: messageId,
      iat,
      exp: iat + TIME_TO_LIVE,
    });
  }

  /** What a token of ours says, and when it was issued; null for anything else: it counts as no token. */
  read(token: string | null): (RequestTokenSubject & { readonly issuedAt: Date }) | null {
    if (token === null) return null;
    const requiredClaims = ['sub', 'cha', 'n', 'ch', 'iat', 'exp'];
    const claims = this.#tokens.read(token, { requiredClaims, currentDate: this.#clock.now() });
    const { sub: messageId = '', cha: challengeId, n: send, ch: channel, dev, q, iat = 0 } = claims ?? {};
    if (!validate(messageId) || typeof send !== 'number' || typeof channel !== 'string') return null;
    const flags = { knownDevice: dev === true, quiet: q === true };
    return { messageId, challengeId: String(challengeId), send, channel, ...flags, issuedAt: new Date(iat * 1000) };
  }
}
