import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from './api.js';
import type { People, Person } from './people.js';

const CLIENTS = 8;
/** So many registered people come in turn, with a password. */
export const REGISTERED = 100;
/** So many others come in turn, with a code. One comes again after more than a minute, because a number has to wait for that. */
export const OTHERS = 600;
/** One in so many types a wrong code first. More would lock numbers. */
const GUESS_EVERY = 10;

/** Callers for `cluster/soak.ts`. The same people come again and again. */
export class SoakLoad {
  readonly #people: People;
  readonly #restMs: number;
  readonly #registered: Person[] = [];
  readonly #others: readonly Person[];
  #turn = 0;
  #over = false;
  #clients: Promise<unknown> = Promise.resolve();

  constructor(people: People, { restMs }: { restMs: number }) {
    this.#people = people;
    this.#restMs = restMs;
    this.#others = Array.from({ length: OTHERS }, () => people.next());
  }

  /** Returns one of the registered people. */
  async registerPeople(): Promise<Person> {
    while (this.#registered.length < REGISTERED) {
      const person = this.#people.next();
      if (await this.#people.register(person)) this.#registered.push(person);
    }
    return this.#someone();
  }

  begin(): void {
    this.#clients = Promise.all(Array.from({ length: CLIENTS }, (_, index) => this.#client(index)));
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#clients;
  }

  /** Half of the clients sign in with a password, and half with a code; each then uses and ends the session. */
  async #client(index: number): Promise<void> {
    while (!this.#over) {
      const answer = await (index % 2 === 0 ? this.#people.login(this.#someone()) : this.#signInByCode());
      if (answer) await this.#actInSession(answer);
      await pause(this.#restMs);
    }
  }

  #someone(): Person {
    const person = this.#registered[Math.floor(Math.random() * REGISTERED)];
    if (!person) throw new Error('nobody is registered yet');
    return person;
  }

  async #signInByCode(): Promise<Answer | null> {
    this.#turn += 1;
    const person = this.#others[this.#turn % OTHERS] ?? this.#people.next();
    return this.#people.signInByCode(person, { guessFirst: this.#turn % GUESS_EVERY === 0 });
  }

  async #actInSession(answer: Answer): Promise<void> {
    for (let times = 0; times < 3; times += 1) {
      await this.#people.me(answer);
      await pause(this.#restMs);
    }
    const refreshed = await this.#people.refresh(answer);
    await pause(this.#restMs);
    await this.#people.logout(refreshed ?? answer);
  }
}
