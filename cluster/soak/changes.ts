import type { Person, Session } from './person.js';
import type { Sessions } from './sessions.js';
import { PASSWORD } from './sign-in.js';
import { type Talk, Uncertain } from './talk.js';

/** What people change of their accounts. Each needs a sign-in of the last minutes, except the profile. */
export class Changes {
  readonly #talk: Talk;
  readonly #sessions: Sessions;
  #names = 0;

  constructor(talk: Talk, sessions: Sessions) {
    this.#talk = talk;
    this.#sessions = sessions;
  }

  async profile(person: Person, session: Session): Promise<void> {
    this.#names += 1;
    const firstName = `Asha ${'abcdefghij'[this.#names % 10]}${'klmnopqrst'[Math.floor(this.#names / 10) % 10]}`;
    const call = {
      variables: { input: { firstName } },
      accessToken: session.accessToken,
      address: person.address,
    };
    await this.#talk.ask('updateProfile', call, ['UpdateProfileSuccess']);
    person.firstName = firstName;
    await this.#sessions.me(person, session);
  }

  /** Returns whether the account has the new number. */
  async number(person: Person, session: Session, phoneNumber: string): Promise<boolean> {
    const code = await this.#talk.codeFor(person, { phoneNumber, session });
    if (code === null) return false;
    const call = {
      variables: { input: { phoneNumber, ...code } },
      accessToken: session.accessToken,
      address: person.address,
    };
    const settled = await this.#talk.settle('changePhoneNumber', call);
    const repeated = settled.unanswered > 0 ? ['InvalidOtpError', 'InvalidInputError'] : [];
    const { type } = this.#talk.must('changePhoneNumber', settled, ['ChangePhoneNumberSuccess', ...repeated]);
    // The code was spent by a call without an answer.
    if (type !== 'ChangePhoneNumberSuccess') throw new Uncertain('changePhoneNumber');
    person.phoneNumber = phoneNumber;
    person.codeAskedAt = performance.now();
    person.endAllBut(session);
    await this.#sessions.me(person, session);
    return true;
  }

  /** Deletes the account. Nothing opens it any more. */
  async leave(person: Person, session: Session): Promise<void> {
    const call = { accessToken: session.accessToken, address: person.address };
    const settled = await this.#talk.settle('deleteAccount', call);
    const repeated = settled.unanswered > 0 ? ['UNAUTHENTICATED'] : [];
    this.#talk.must('deleteAccount', settled, ['DeleteAccountSuccess', ...repeated]);
    person.endAllBut(null);
    await this.#sessions.checkEnded(person, session);
    if (person.email === null) return;
    const input = { identifier: person.email, password: PASSWORD };
    await this.#talk.ask('login', { variables: { input }, address: person.address }, ['InvalidCredentialsError']);
  }
}
