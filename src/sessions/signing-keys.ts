import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, type JWK } from 'jose';
import type { Logger } from '../platform/logger.js';
import { noteIssuer } from './issuer-note.js';
import type { SigningKeyRow } from './signing-key.repository.js';
import { importPublicKey, openPrivateKey, SIGNING_ALGORITHM } from './signing-key-pair.js';
import { addKeyWhenDue, foreignSecret, type RotationParts } from './signing-key-rotation.js';
import { leavesAt, signingIndex } from './signing-key-schedule.js';

/** How soon a running process notices a rotation. */
const RELOAD_EVERY_MS = 60_000;
/** Tokens with unknown key ids cost at most one statement in so long. */
const LOOK_AGAIN_AFTER_MS = 5_000;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export interface SigningKeysParts extends RotationParts {
  readonly logger: Logger;
  /** Seconds for which a token lives at most that this process signs. */
  readonly longestTokenTtl: number;
}

/** A key as this process knows it. */
interface KnownKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly jwk: JWK;
  /** Null where it is not needed (any more), or cannot be decrypted. */
  readonly privateKey: KeyObject | null;
  readonly signsFrom: Date;
  readonly leavesAt: Date | null;
}

/**
 * The service's key pairs: one signs, all that are published verify. This process keeps a copy and reloads it every
 * minute; which key signs and which are published follows from the clock at the moment of use.
 */
export class SigningKeys {
  readonly #parts: SigningKeysParts;
  #keys: readonly KnownKey[] = [];
  /** Monotonic, in milliseconds. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #reloading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: SigningKeysParts) {
    this.#parts = parts;
  }

  /**
   * Loads the keys; the first process on an empty database makes one. Keys that are encrypted with the secret before
   * are encrypted with the current one, so that the former can be dropped. Another issuer on the same database is told.
   * @throws StartupError when neither secret is the one that they were encrypted with.
   */
  static async load(parts: SigningKeysParts): Promise<SigningKeys> {
    const keys = new SigningKeys(parts);
    const unreadable = await keys.#load();
    if (unreadable.length > 0) throw foreignSecret();
    await noteIssuer(parts);
    return keys;
  }

  /** The key that signs now. */
  get current(): SigningKey {
    const able = this.#keys.filter((key): key is KnownKey & SigningKey => key.privateKey !== null);
    const key = able[signingIndex(able, this.#parts.clock.now())];
    if (!key) throw new Error('No signing key can be used.');
    return key;
  }

  /** JSON Web Key Set (RFC 7517) for other services: keys that signed, sign or soon will. */
  get keySet(): { readonly keys: readonly JWK[] } {
    return { keys: this.#keys.filter((key) => this.#isPublished(key)).map(({ jwk }) => jwk) };
  }

  /** A published key, as far as this process knows. */
  known(kid: string): KeyObject | null {
    const key = this.#keys.find((candidate) => candidate.kid === kid);
    return key && this.#isPublished(key) ? key.publicKey : null;
  }

  /** A published key. For an id that was never heard of the database is asked, but not more often than every 5 seconds. */
  async find(kid: string): Promise<KeyObject | null> {
    if (!this.#keys.some((key) => key.kid === kid)) await this.#lookAgain();
    return this.known(kid);
  }

  /** Brings the copy up to date and adds a key when the newest one is old. What fails is logged, and the copy stays. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  /** Reloads every minute, until `close`. */
  watch(): void {
    this.#timer = setInterval(() => void this.reload(), RELOAD_EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves once nothing is under way any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reloading;
  }

  #isPublished({ leavesAt: end }: KnownKey): boolean {
    return end === null || this.#parts.clock.now() < end;
  }

  async #lookAgain(): Promise<void> {
    const allowed = this.#parts.clock.monotonic() - this.#lookedAt >= LOOK_AGAIN_AFTER_MS;
    await (allowed ? this.reload() : this.#reloading);
  }

  async #reload(): Promise<void> {
    const { logger } = this.#parts;
    try {
      const unreadable = await this.#load();
      if (unreadable.length > 0) logger.error({ kids: unreadable }, 'signing keys of another APP_SECRET: not used');
    } catch (error) {
      logger.warn({ err: error }, 'signing keys could not be reloaded: the ones that are known stay in use');
    }
  }

  /** Returns the ids of keys that this process needs to sign with and cannot decrypt. */
  async #load(): Promise<string[]> {
    const { repository, logger, clock } = this.#parts;
    this.#lookedAt = clock.monotonic();
    let rows = await repository.all();
    const added = await addKeyWhenDue(this.#parts, rows.at(-1) ?? null);
    if (added) logger.info({ after: rows.at(-1)?.kid ?? null }, 'signing key added');
    if (added || rows.length === 0) rows = await repository.all();
    const signing = signingIndex(rows, clock.now());
    rows = await this.#noteTokenTtl(rows, signing);
    const keys = await Promise.all(
      rows.map((row, index) => this.#know(row, { successor: rows[index + 1], needed: index >= signing })),
    );
    await this.#removeOver(keys);
    this.#keys = keys;
    return keys.filter(({ privateKey }, index) => index >= signing && privateKey === null).map(({ kid }) => kid);
  }

  async #know(
    row: SigningKeyRow,
    { successor, needed }: { successor: SigningKeyRow | undefined; needed: boolean },
  ): Promise<KnownKey> {
    const { kid, publicJwk, signsFrom } = row;
    const before = this.#keys.find((key) => key.kid === kid);
    return {
      kid,
      signsFrom,
      jwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' },
      publicKey: before?.publicKey ?? importPublicKey(publicJwk),
      privateKey: needed ? await this.#open(row, before?.privateKey ?? null) : (before?.privateKey ?? null),
      leavesAt: leavesAt(row, successor),
    };
  }

  /**
   * Notes how long the tokens of this process live with each key that it may sign with, before it does: another one, or
   * this one with another setting later, could not know for how long to publish the key.
   */
  async #noteTokenTtl(rows: SigningKeyRow[], signing: number): Promise<SigningKeyRow[]> {
    const { repository, longestTokenTtl } = this.#parts;
    const isShort = ({ tokenTtl }: SigningKeyRow, index: number) => index >= signing && tokenTtl < longestTokenTtl;
    const short = rows.filter(isShort).map(({ kid }) => kid);
    if (short.length > 0) await repository.noteTokenTtl(short, longestTokenTtl);
    return rows.map((row, index) => (isShort(row, index) ? { ...row, tokenTtl: longestTokenTtl } : row));
  }

  /**
   * The private key, which is encrypted with the current secret where it is not: again and again, since a process that
   * was started with the secret before may turn it back while the secret is being changed.
   */
  async #open({ kid, encryptedPrivateJwk }: SigningKeyRow, known: KeyObject | null): Promise<KeyObject | null> {
    const { repository, secrets } = this.#parts;
    if (known && decodeProtectedHeader(encryptedPrivateJwk).kid === secrets.current.id) return known;
    const opened = await openPrivateKey(encryptedPrivateJwk, secrets);
    if (opened?.encryptedAnew) {
      await repository.reencrypt({ kid, from: encryptedPrivateJwk, to: opened.encryptedAnew });
    }
    return opened?.privateKey ?? known;
  }

  /** Private keys that are of no use to anybody any more are not kept. */
  async #removeOver(keys: readonly KnownKey[]): Promise<void> {
    const over = keys.filter((key) => !this.#isPublished(key));
    if (over.length > 0) await this.#parts.repository.remove(over.map(({ kid }) => kid));
  }
}
