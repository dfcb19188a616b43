import { setTimeout as pause } from 'node:timers/promises';
import { Changes } from './changes.js';
import { Person, type Session, type UsedNumber } from './person.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { type Talk, Uncertain } from './talk.js';

/** Shares of what people do who come back: the rest of them only look. */
const SHARES = { signIn: 0.3, signOut: 0.08, everywhere: 0.02, profile: 0.08, number: 0.05, leave: 0.03, ended: 0.06 };
/** Where more than so many sessions of a person live, one ends. */
const MOST_SESSIONS = 4;
const WITH_FORM = 0.4;
const VERIFIED_AT_ONCE = 0.7;
/** A new person may get the number of one who has left or has another number now. */
const USED_NUMBER = 0.3;
/** All have something to do. */
const WAIT_MS = 200;

export interface CrowdSize {
  readonly people: number;
  readonly clients: number;
}

/** People who come again and again. Those who leave are replaced by new ones. */
export class Crowd {
  /** Those who are in it now. */
  readonly people: Person[] = [];
  /** Those who deleted their accounts. */
  readonly left: Person[] = [];
  /** Those of whom it is not known what the service has acknowledged. */
  readonly uncertain: Person[] = [];
  /** All numbers that were ever asked for a code. */
  numbers = 0;
  readonly #talk: Talk;
  readonly #size: CrowdSize;
  readonly #signIn: SignIn;
  readonly #sessions: Sessions;
  readonly #changes: Changes;
  readonly #free = new Set<Person>();
  readonly #usedNumbers: UsedNumber[] = [];
  readonly #ids = new Map<string, Person>();
  #isOver = false;
  #clients: Promise<unknown> = Promise.resolve();

  constructor(talk: Talk, size: CrowdSize) {
    [this.#talk, this.#size] = [talk, size];
    this.#signIn = new SignIn(talk);
    this.#sessions = new Sessions(talk);
    this.#changes = new Changes(talk, this.#sessions);
  }

  begin(): void {
    this.#clients = Promise.all(Array.from({ length: this.#size.clients }, () => this.#client()));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#clients;
  }

  /** Meanwhile the person does nothing else. */
  async withSomeone(work: (person: Person) => Promise<void>): Promise<void> {
    const person = this.#talk.pick([...this.#free].filter(({ phoneVerified }) => phoneVerified));
    if (!person) return;
    this.#free.delete(person);
    await work(person).finally(() => this.#free.add(person));
  }

  /** A person whom the service does not know. */
  newPerson(): Person {
    const used = this.#talk.chance(USED_NUMBER) ? this.#usedNumbers.shift() : undefined;
    const address = `41.90.${Math.floor(this.#talk.world.random() * 250)}.${this.people.length % 250}`;
    return used ? Person.withUsedNumber(used, address) : new Person({ phoneNumber: this.#newNumber(), address });
  }

  async #client(): Promise<void> {
    while (!this.#isOver) {
      const isFull = this.people.length >= this.#size.people;
      const person = isFull || this.#talk.chance(0.5) ? this.#talk.pick([...this.#free]) : this.newPerson();
      if (person) await this.#turn(person);
      else await pause(WAIT_MS);
    }
  }

  /** What one person does at one visit. */
  async #turn(person: Person): Promise<void> {
    this.#free.delete(person);
    try {
      const stays = await (person.id === null ? this.#join(person) : this.#visit(person));
      if (stays) this.#free.add(person);
    } catch (error) {
      this.#remove(person, this.uncertain);
      if (!(error instanceof Uncertain)) this.#talk.world.findings.add('unexpected answer', String(error));
    }
  }

  async #join(person: Person): Promise<boolean> {
    const isNew = !this.people.includes(person);
    if (isNew) this.people.push(person);
    if (isNew && this.#talk.chance(WITH_FORM)) {
      await this.#signIn.register(person, `person${this.#newEmail()}@example.com`);
      if (this.#talk.chance(VERIFIED_AT_ONCE) && person.mayAskForCode) await this.#signIn.byCode(person);
    } else if (person.mayAskForCode) await this.#signIn.byCode(person);
    if (person.id !== null) this.#know(person, person.id);
    return true;
  }

  async #visit(person: Person): Promise<boolean> {
    const session = this.#talk.pick(person.sessions);
    if (!session) {
      await this.#signInAgain(person);
      return true;
    }
    const fresh = await this.#sessions.look(person, session);
    const done = await this.#act(person, fresh);
    if (done) await this.#sessions.look(person, this.#talk.pick(person.sessions) ?? fresh);
    return done || this.people.includes(person);
  }

  /** Returns whether the session goes on. */
  async #act(person: Person, session: Session): Promise<boolean> {
    let luck = this.#talk.world.random();
    const isDrawn = (share: number) => {
      luck -= share;
      return luck < 0;
    };
    if (isDrawn(SHARES.signIn)) return this.#signInAgain(person);
    if (isDrawn(SHARES.signOut) || person.sessions.length > MOST_SESSIONS) return this.#signOut(person, session);
    if (isDrawn(SHARES.everywhere)) return this.#signOutEverywhere(person, session);
    if (isDrawn(SHARES.profile)) return this.#changes.profile(person, session).then(() => true);
    if (isDrawn(SHARES.number)) return this.#changeNumber(person);
    if (isDrawn(SHARES.leave)) return this.#leave(person);
    if (isDrawn(SHARES.ended)) return this.#lookAtEnded(person);
    await this.#sessions.refresh(person, session);
    return true;
  }

  async #signInAgain(person: Person): Promise<boolean> {
    // Without a token of the registration, the first verification would begin another account.
    const needsPassword = !person.mayAskForCode || (!person.phoneVerified && person.sessions.length === 0);
    if (needsPassword && !person.hasPassword && !person.phoneVerified) throw new Uncertain('a registration');
    if (person.hasPassword && (needsPassword || this.#talk.chance(0.4))) await this.#signIn.byPassword(person);
    else if (person.mayAskForCode) await this.#signIn.byCode(person);
    return person.sessions.length > 0;
  }

  async #signOut(person: Person, session: Session): Promise<boolean> {
    await this.#sessions.logout(person, session);
    return person.sessions.length > 0;
  }

  async #signOutEverywhere(person: Person, session: Session): Promise<boolean> {
    await this.#sessions.logoutEverywhere(person, session);
    return false;
  }

  async #lookAtEnded(person: Person): Promise<boolean> {
    const ended = this.#talk.pick(person.ended);
    if (ended) await this.#sessions.checkEnded(person, ended);
    return true;
  }

  async #changeNumber(person: Person): Promise<boolean> {
    const fresh = await this.#freshSession(person);
    const old = person.usedNumber;
    if (fresh && (await this.#changes.number(person, fresh, this.#newNumber()))) this.#usedNumbers.push(old);
    return person.sessions.length > 0;
  }

  async #leave(person: Person): Promise<boolean> {
    const fresh = await this.#freshSession(person);
    if (!fresh) return person.sessions.length > 0;
    await this.#changes.leave(person, fresh);
    this.#usedNumbers.push(person.usedNumber);
    this.#remove(person, this.left);
    return false;
  }

  /** Of a verified number, with a code just now. */
  async #freshSession(person: Person): Promise<Session | null> {
    return person.phoneVerified && person.mayAskForCode ? this.#signIn.byCode(person) : null;
  }

  #remove(person: Person, to: Person[]): void {
    this.people.splice(this.people.indexOf(person), 1);
    to.push(person);
  }

  /** An account has one owner. */
  #know(person: Person, id: string): void {
    const known = this.#ids.get(id);
    if (known && known !== person) this.#talk.world.findings.add('doubled', `two people have the account ${id}`);
    this.#ids.set(id, person);
  }

  #newNumber(): string {
    this.numbers += 1;
    return `+2556${String(this.numbers).padStart(8, '0')}`;
  }

  #newEmail(): number {
    this.#emails += 1;
    return this.#emails;
  }

  #emails = 0;
}
