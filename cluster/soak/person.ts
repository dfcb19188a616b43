/** A check of one that is over costs two calls. */
const KEPT_ENDED = 5;

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** `performance.now()` */
  readonly refreshedAt: number;
}

export interface UsedNumber {
  readonly phoneNumber: string;
  readonly codeAskedAt: number;
  readonly guesses: readonly number[];
}

/** What the service has acknowledged to one person. */
export class Person {
  readonly address: string;
  /** Of the account. Null: there is none yet. */
  id: string | null = null;
  phoneNumber: string;
  phoneVerified = false;
  email: string | null = null;
  hasPassword = false;
  firstName: string | null = null;
  deviceToken: string | undefined;
  /** Those that must live. */
  sessions: Session[] = [];
  /** The latest ones that must be over. */
  ended: Session[] = [];
  /** Sign-ins that were acknowledged, and those without an answer. */
  readonly signIns = { known: 0, unknown: 0 };
  /** `performance.now()` */
  codeAskedAt = Number.NEGATIVE_INFINITY;
  readonly #guesses: number[] = [];

  constructor({ phoneNumber, address }: { phoneNumber: string; address: string }) {
    this.phoneNumber = phoneNumber;
    this.address = address;
  }

  /** What the service remembers of the number that the person gives up. */
  get usedNumber(): UsedNumber {
    return { phoneNumber: this.phoneNumber, codeAskedAt: this.codeAskedAt, guesses: [...this.#guesses] };
  }

  /** A person whom the service does not know, with the number of another who gave it up. */
  static withUsedNumber({ phoneNumber, codeAskedAt, guesses }: UsedNumber, address: string): Person {
    const person = new Person({ phoneNumber, address });
    person.codeAskedAt = codeAskedAt;
    person.#guesses.push(...guesses);
    return person;
  }

  /** A number waits for a minute between two codes. */
  get mayAskForCode(): boolean {
    return performance.now() - this.codeAskedAt > 62_000;
  }

  /** Six wrong guesses in an hour lock a number. */
  get mayGuess(): boolean {
    return this.#guesses.filter((at) => performance.now() - at < 3_600_000).length < 4;
  }

  guessed(): void {
    this.#guesses.push(performance.now());
  }

  end(session: Session): void {
    this.sessions = this.sessions.filter((each) => each !== session);
    this.ended = [...this.ended, session].slice(-KEPT_ENDED);
  }

  endAllBut(kept: Session | null): void {
    for (const session of this.sessions) if (session !== kept) this.end(session);
  }

  replace(old: Session, session: Session): void {
    this.sessions = this.sessions.map((each) => (each === old ? session : each));
  }
}
