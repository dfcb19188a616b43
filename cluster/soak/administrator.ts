import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import type { Crowd } from './crowd.js';
import type { Person, Session } from './person.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { type Talk, Uncertain } from './talk.js';

/** The code may be late. */
const TRIES = 5;

/** Reads about people, as an administrator does. */
export class Administrator {
  readonly #talk: Talk;
  readonly #person: Person;
  readonly #sessions: Sessions;
  #session: Session;
  #isOver = false;
  #reading: Promise<unknown> = Promise.resolve();

  private constructor(talk: Talk, person: Person, session: Session) {
    [this.#talk, this.#person, this.#session] = [talk, person, session];
    this.#sessions = new Sessions(talk);
  }

  static async appoint(
    talk: Talk,
    {
      person,
      onPrimary,
    }: { person: Person; onPrimary(work: (sql: postgres.Sql) => Promise<unknown>): Promise<unknown> },
  ): Promise<Administrator> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const session = await new SignIn(talk).byCode(person);
      if (!session) continue;
      await onPrimary((sql) => sql`UPDATE users SET role = 'ADMIN' WHERE id = ${person.id}`);
      return new Administrator(talk, person, session);
    }
    throw new Error('The administrator gets no code.');
  }

  begin(crowd: Crowd, everyMs: number): void {
    this.#reading = this.#read(crowd, everyMs);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#reading;
  }

  async #read(crowd: Crowd, everyMs: number): Promise<void> {
    while (!this.#isOver) {
      await pause(everyMs);
      try {
        this.#session = await this.#sessions.look(this.#person, this.#session);
        await crowd.withSomeone((person) => this.#lookUp(person));
      } catch (error) {
        if (!(error instanceof Uncertain)) this.#talk.world.findings.add('unexpected answer', String(error));
      }
    }
  }

  async #lookUp({ id, phoneNumber }: Person): Promise<void> {
    const ask = async (
      operation: 'users' | 'user' | 'auditEvents' | 'deliveryReport',
      variables: object,
      type: string,
    ) =>
      (await this.#talk.ask(operation, { variables: { ...variables }, accessToken: this.#session.accessToken }, [type]))
        .data;
    const users = await ask('users', { search: phoneNumber }, 'UserConnection');
    const found = users.edges?.map(({ node }) => node.id) ?? [];
    if (!found.includes(id ?? '')) this.#talk.world.findings.add('lost', `an administrator does not find ${id}`);
    await ask('user', { id }, 'User');
    await ask('deliveryReport', { phoneNumber }, 'DeliveryReport');
    await ask('auditEvents', {}, 'AuditEventConnection');
  }
}
