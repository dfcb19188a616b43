import type { Person, Session } from './person.js';
import type { Data, Outcome } from './soak-api.js';
import { type Talk, Uncertain } from './talk.js';

export const PASSWORD = 'a password for these trials';
/** Shares of sign-ins. */
const [GUESSES_FIRST, AT_ONCE, REUSES_CODE, WRONG_PASSWORD, WITHOUT_DEVICE] = [0.1, 0.12, 0.15, 0.1, 0.2];

interface Code {
  readonly otp: string;
  readonly requestToken: string | undefined;
}

/** How people sign up and in. */
export class SignIn {
  readonly #talk: Talk;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** With a form. The number is unverified then. */
  async register(person: Person, email: string): Promise<void> {
    const { phoneNumber, address } = person;
    const firstName = 'Asha';
    const input = { phoneNumber, email, password: PASSWORD, passwordConfirm: PASSWORD, firstName, lastName: 'Rai' };
    const settled = await this.#talk.settle('register', { variables: { input }, address });
    const { data } = this.#talk.must('register', settled, ['RegisterSuccess']);
    person.firstName = firstName;
    // After a call without an answer there may be two registrations with this address: only the code opens one of them.
    if (settled.unanswered === 0) [person.email, person.hasPassword] = [email, true];
    this.#begin(person, data, settled.unanswered);
  }

  /** Null: no code came, or it was spent by a call without an answer. */
  async byCode(person: Person): Promise<Session | null> {
    const code = await this.#talk.codeFor(person);
    if (code === null) return null;
    if (this.#talk.chance(GUESSES_FIRST) && person.mayGuess) await this.#guessWrong(person, code);
    if (this.#talk.chance(AT_ONCE) && person.mayGuess) return this.#verifyTwiceAtOnce(person, code);
    const settled = await this.#talk.settle('verifyOtp', this.#verification(person, code));
    const repeated = settled.unanswered > 0 ? ['InvalidOtpError'] : [];
    const { type, data } = this.#talk.must('verifyOtp', settled, ['VerifyOtpSuccess', ...repeated]);
    if (type === 'InvalidOtpError') return this.#spent(person, settled.unanswered);
    const session = this.#begin(person, data, settled.unanswered);
    person.phoneVerified = true;
    if (this.#talk.chance(REUSES_CODE) && person.mayGuess) await this.#reuse(person, code);
    return session;
  }

  async byPassword(person: Person): Promise<Session> {
    const identifier = person.email ?? '';
    const device = this.#talk.chance(WITHOUT_DEVICE) ? undefined : person.deviceToken;
    const call = (password: string) => ({
      variables: { input: { identifier, password, deviceToken: device } },
      address: person.address,
    });
    if (this.#talk.chance(WRONG_PASSWORD) && person.mayGuess) {
      person.guessed();
      await this.#talk.ask('login', call('another password than that'), ['InvalidCredentialsError']);
    }
    const settled = await this.#talk.settle('login', call(PASSWORD));
    const { data } = this.#talk.must('login', settled, ['LoginSuccess']);
    return this.#begin(person, data, settled.unanswered);
  }

  #verification(person: Person, { otp, requestToken }: Code) {
    const [latest] = [...person.sessions].sort((a, b) => b.refreshedAt - a.refreshedAt);
    return {
      variables: { input: { phoneNumber: person.phoneNumber, otp, requestToken, deviceToken: person.deviceToken } },
      // After a registration it shows that the account is theirs.
      accessToken: person.phoneVerified ? undefined : latest?.accessToken,
      address: person.address,
    };
  }

  async #guessWrong(person: Person, { otp, requestToken }: Code): Promise<void> {
    person.guessed();
    const wrong = otp === '000000' ? '111111' : '000000';
    await this.#talk.ask('verifyOtp', this.#verification(person, { otp: wrong, requestToken }), ['InvalidOtpError']);
  }

  async #reuse(person: Person, code: Code): Promise<void> {
    person.guessed();
    const { outcome } = await this.#talk.settle('verifyOtp', this.#verification(person, code));
    if (outcome.kind === 'answer' && outcome.type === 'VerifyOtpSuccess')
      this.#talk.world.findings.add('code accepted twice', 'one call after the other');
    else this.#talk.must('verifyOtp', { outcome, unanswered: 0 }, ['InvalidOtpError']);
  }

  /** Of two calls at once with one code, at most one may succeed. */
  async #verifyTwiceAtOnce(person: Person, code: Code): Promise<Session | null> {
    person.guessed();
    const { api, findings } = this.#talk.world;
    const call = this.#verification(person, code);
    const outcomes = await Promise.all([api.call('verifyOtp', call), api.call('verifyOtp', call)]);
    const answered = outcomes.filter((outcome) => outcome.kind !== 'none');
    const unanswered = outcomes.length - answered.length;
    const right = answered.filter(isSuccess);
    if (right.length > 1) findings.add('code accepted twice', 'two calls at once');
    for (const outcome of answered)
      this.#talk.must('verifyOtp', { outcome, unanswered }, ['VerifyOtpSuccess', 'InvalidOtpError']);
    const [winner] = right;
    if (winner) {
      const session = this.#begin(person, winner.data, unanswered);
      person.phoneVerified = true;
      return session;
    }
    if (unanswered === 0)
      findings.add('unexpected answer', 'verifyOtp: two calls at once, and the right code is refused');
    return this.#spent(person, unanswered);
  }

  /** The code was spent by a call without an answer. */
  #spent(person: Person, unanswered: number): null {
    if (!person.phoneVerified) throw new Uncertain('the first verification');
    person.signIns.unknown += unanswered;
    person.guessed();
    return null;
  }

  #begin(person: Person, { user, tokens, deviceToken }: Data, unanswered: number): Session {
    person.signIns.known += 1;
    person.signIns.unknown += unanswered;
    if (user && person.id !== null && user.id !== person.id)
      this.#talk.world.findings.add('lost', `the account ${person.id}: its owner signs in to ${user.id}`);
    if (user) person.id = user.id;
    if (deviceToken) person.deviceToken = deviceToken;
    const session = {
      accessToken: tokens?.accessToken ?? '',
      refreshToken: tokens?.refreshToken ?? '',
      refreshedAt: performance.now(),
    };
    person.sessions.push(session);
    return session;
  }
}

function isSuccess(outcome: Outcome): outcome is Outcome & { kind: 'answer' } {
  return outcome.kind === 'answer' && outcome.type === 'VerifyOtpSuccess';
}
