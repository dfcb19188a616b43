import { AccountsError } from './accounts-error.js';
import { seconds } from './clock.js';
import { documentOf } from './documents.js';
import type { Exclusive } from './exclusive.js';
import { tellAll } from './listeners.js';
import { pauses } from './pauses.js';
import type { RefreshSessionResult, Tokens, User } from './schema-types.js';
import type { KeptValues } from './storage.js';
import type { TabMessage, Tabs } from './tabs.js';
import { dataOf, type Transport } from './transport.js';

/** The signed-in user, as the service said last. */
export interface AccountsSession {
  readonly user: User;
}

/** Null: signed out. Undefined: the client does not know yet, because the service has not answered. */
export type SessionState = AccountsSession | null | undefined;

export interface SessionParts {
  readonly transport: Transport;
  /** Where the refresh token is kept; undefined: in the browser's cookie. */
  readonly kept: KeptValues | undefined;
  readonly exclusive: Exclusive;
  readonly tabs: Tabs;
}

interface AccessToken {
  readonly token: string;
  readonly end: number;
  /** From then on it is replaced before it is used. */
  readonly stale: number;
}

interface KeptSession extends AccountsSession {
  readonly refreshToken: string | null;
}

/** @param current gives the token once more, for what waits for the lock. It throws where another user has signed in. */
type Send<Answer> = (token: string | null, current: () => Promise<string | null>) => Promise<Answer>;

const KEPT = 'session';
const LONGEST_PAUSE = 30;

/** Keeps the session of this client: one access token in memory, and one refresh at a time. */
export class SessionKeeper {
  readonly #parts: SessionParts;
  readonly #listeners = new Set<(session: SessionState) => void>();
  #session: SessionState;
  /** Whether that is what the service said last. */
  #known = false;
  #access: AccessToken | null = null;
  #refreshing: Promise<string | null> | null = null;
  #settling: Promise<void> | null = null;
  readonly #pauses = pauses();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    parts.tabs.listen((message) => this.#hear(message));
  }

  get session(): SessionState {
    return this.#session;
  }

  subscribe(listener: (session: SessionState) => void): () => void {
    this.#listeners.add(listener);
    this.settle().catch(() => {});
    return () => {
      this.#listeners.delete(listener);
      if (!this.#listeners.size) this.#pauses.end();
    };
  }

  /** Resolves once it is known whether somebody is signed in. */
  get ready(): Promise<AccountsSession | null> {
    if (this.#session !== undefined) return Promise.resolve(this.#session);
    return new Promise((resolve, reject) => {
      const stop = this.subscribe((session = null) => {
        stop();
        resolve(session);
      });
      this.settle().catch((error) => {
        stop();
        reject(error);
      });
    });
  }

  /** Resolves once the service has said whether somebody is signed in, however long that takes somebody who listens. */
  settle(): Promise<void> {
    this.#settling ??= this.#askUntilAnswered().finally(() => {
      this.#settling = null;
    });
    return this.#settling;
  }

  async #askUntilAnswered(): Promise<void> {
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.token();
        return;
      } catch (error) {
        if (isTemporary(error) && this.#listeners.size) await this.#pauses.begin(pauseAfter(error, pause));
        if (!isTemporary(error) || !this.#listeners.size) throw error;
      }
    }
  }

  /** A valid access token; null: signed out. @throws AccountsError while the service cannot be asked */
  async token(): Promise<string | null> {
    if (this.#known && this.#session === null) return null;
    return this.#fresh() ?? this.refresh();
  }

  /**
   * A new access token.
   * @param refused the one that was refused; absent: any that is fresh will do
   */
  refresh(refused?: string): Promise<string | null> {
    this.#refreshing ??= this.#parts
      .exclusive(async () => {
        const fresh = this.#fresh();
        return fresh && fresh !== refused ? fresh : this.#exchange();
      })
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  async #exchange(): Promise<string | null> {
    const { transport, kept } = this.#parts;
    const mine = await kept?.get<KeptSession>(KEPT);
    if (mine) this.#take(mine);
    else if (kept) return this.end();
    const variables = { refreshToken: mine?.refreshToken };
    try {
      const data = dataOf(await transport.post({ query: documentOf('refreshSession'), variables }));
      const result = data['refreshSession'] as RefreshSessionResult;
      return result.__typename === 'RefreshSessionSuccess' ? this.begin(result.tokens, result.user) : this.end();
    } catch (error) {
      this.#askAgain(error);
      throw error;
    }
  }

  /** The answer may be lost, and the service repeats it for half a minute only. An application that listens wants to go on. */
  #askAgain(error: unknown): void {
    if (isTemporary(error) && this.#listeners.size) {
      this.#pauses.begin(pauseAfter(error, 1)).then(() => this.#settleForListeners());
    }
  }

  /**
   * Another tab says what it knows. Messages can be late: of another user they only say that it is time to ask. Tabs with
   * storages of their own have users of their own, so a message that changed nothing is no reason.
   */
  #hear({ user, token, left, changed }: TabMessage): void {
    const mine = this.#session?.user;
    if (user && user.id === mine?.id) {
      if (user.updatedAt > mine.updatedAt) this.#become({ user });
      if (token && left > this.#left()) this.#hold(token, left);
    } else if (changed && (user || mine)) {
      this.#doubt();
      this.#settleForListeners();
    }
  }

  #settleForListeners(): void {
    if (this.#listeners.size) this.settle().catch(() => {});
  }

  /** The next token is one of what the browser or the storage has then. */
  #doubt(): void {
    this.#access = null;
    this.#known = false;
  }

  /**
   * Sends something with the access token, and once more with a new one where it is refused.
   * @throws AccountsError SESSION_CHANGED, so that nothing that one user began is sent for another one
   */
  async use<Answer>(send: Send<Answer>, refused: (answer: Answer) => boolean): Promise<Answer> {
    let user = this.#session?.user.id;
    const check = () => {
      const now = this.#session?.user.id;
      // A doubt is a message about somebody else.
      if (user && (!this.#known || (now && now !== user))) {
        throw new AccountsError('SESSION_CHANGED');
      }
    };
    // Messages of other tabs can be late, or never come.
    const current = async () => {
      const mine = await this.#parts.kept?.get<KeptSession>(KEPT);
      if (user && mine) this.#take(mine);
      check();
      return this.#access?.token ?? null;
    };
    const token = await this.token();
    check();
    user ??= this.#session?.user.id;
    const answer = await send(token, current);
    if (!token || !refused(answer)) return answer;
    const next = await this.refresh(token);
    check();
    return next ? send(next, current) : answer;
  }

  /** Takes the tokens of an answer. Call it with the lock. */
  async begin({ accessToken, accessTokenExpiresInSeconds, refreshToken }: Tokens, user: User): Promise<string> {
    await this.#parts.kept?.set(KEPT, { refreshToken, user } satisfies KeptSession);
    const changed = user.id !== this.#session?.user.id;
    this.#hold(accessToken, accessTokenExpiresInSeconds);
    this.#known = true;
    this.#become({ user });
    this.#tell(changed);
    return accessToken;
  }

  /** Forgets the session. Call it with the lock. */
  async end(): Promise<null> {
    if (await this.refreshToken()) await this.#parts.kept?.set(KEPT, null);
    this.#access = null;
    this.#known = true;
    const told = this.#session;
    this.#become(null);
    if (told) this.#tell(true);
    return null;
  }

  /** What the service said of the user of the session. Answers can come late: the newest one stays. */
  async update(user: User): Promise<void> {
    const isNews = (known?: User) => known?.id === user.id && known.updatedAt <= user.updatedAt;
    const { kept, exclusive } = this.#parts;
    if (kept) {
      await exclusive(async () => {
        const mine = await kept.get<KeptSession>(KEPT);
        if (mine && isNews(mine.user)) await kept.set(KEPT, { ...mine, user });
      });
    }
    if (!isNews(this.#session?.user)) return;
    this.#become({ user });
    this.#tell();
  }

  /** The one of the storage, unless it is another user's. */
  async refreshToken(): Promise<string | null> {
    const mine = await this.#parts.kept?.get<KeptSession>(KEPT);
    return mine && mine.user.id === this.#session?.user.id ? mine.refreshToken : null;
  }

  /** Asks once whether the session goes on, because it may not. Without an answer, the next call asks. */
  async check(): Promise<void> {
    this.#doubt();
    await this.token().catch(() => {});
  }

  #hold(token: string, left: number): void {
    const end = seconds() + left;
    this.#access = { token, end, stale: end - Math.min(30, left / 5) };
  }

  #fresh(): string | null {
    return this.#access && this.#access.stale > seconds() ? this.#access.token : null;
  }

  #left(): number {
    return (this.#access?.end ?? 0) - seconds();
  }

  /** What the storage says. No token of one user is used for another one. */
  #take(mine: KeptSession): void {
    if (mine.user.id !== this.#session?.user.id) this.#doubt();
    this.#become(mine);
  }

  #become(session: SessionState): void {
    const next = session && { user: session.user };
    if (JSON.stringify(next) === JSON.stringify(this.#session)) return;
    this.#session = next;
    tellAll(this.#listeners, next);
  }

  #tell(changed = false): void {
    const token = this.#access?.token ?? null;
    this.#parts.tabs.tell({ user: this.#session?.user ?? null, token, left: this.#left(), changed });
  }
}

const isTemporary = (error: unknown): error is AccountsError => (error as AccountsError).temporary;

/** Milliseconds. */
const pauseAfter = ({ retryAfterSeconds }: AccountsError, pause: number): number =>
  Math.max(pause, retryAfterSeconds ?? 0) * 1000;
