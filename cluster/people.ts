import { setTimeout as pause } from 'node:timers/promises';
import type { Api, Answer, Outcome } from './api.js';
import type { Journal } from './journal.js';
import type { PrintedCodes } from './service-process.js';

export const PASSWORD = 'a password for these trials';
/** After a failure, people try again a moment later. */
const AFTER_FAILURE_MS = 100;

export interface Person {
  readonly email: string;
  readonly phoneNumber: string;
}

interface World {
  readonly api: Api;
  readonly journal: Journal;
  readonly codes: PrintedCodes;
}

/** Signs people up and in, and notes every answer. */
export class People {
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A person whom the service does not know. */
  next(): Person {
    this.#count += 1;
    const number = String(this.#count);
    return { email: `person${number}@example.com`, phoneNumber: `+2556${number.padStart(8, '0')}` };
  }

  /** Null: not acknowledged. */
  async register({ email, phoneNumber }: Person): Promise<Answer | null> {
    const input = {
      ...{ email, phoneNumber, password: PASSWORD, passwordConfirm: PASSWORD },
      ...{ firstName: 'Asha', lastName: 'Rai' },
    };
    const outcome = await this.#world.api.call('register', { input });
    const answer = await this.#expect('register', outcome, 'RegisterSuccess');
    if (answer) this.#world.journal.acknowledged.push(email);
    return answer;
  }

  async login({ email }: Person): Promise<Answer | null> {
    const outcome = await this.#world.api.call('login', { input: { identifier: email, password: PASSWORD } });
    return this.#expect('login', outcome, 'LoginSuccess');
  }

  /** Null: the code was not asked for, or did not arrive. */
  async requestCode({ phoneNumber }: Person): Promise<string | null> {
    const outcome = await this.#world.api.call('requestOtp', { input: { phoneNumber } });
    const answer = await this.#expect('requestOtp', outcome, 'RequestOtpSuccess');
    if (!answer) return null;
    const code = await this.#world.codes.take(phoneNumber);
    if (code === null) this.#world.journal.wrong.push('requestOtp: the code was never sent');
    return code;
  }

  async verify({ phoneNumber }: Person, otp: string, expected = 'VerifyOtpSuccess'): Promise<Answer | null> {
    const outcome = await this.#world.api.call('verifyOtp', { input: { phoneNumber, otp } });
    return this.#expect('verifyOtp', outcome, expected);
  }

  /** One wrong guess first, which must be told to be wrong; then the right code. */
  async signInByCode(person: Person, { guessFirst }: { guessFirst: boolean }): Promise<Answer | null> {
    const code = await this.requestCode(person);
    if (code === null) return null;
    if (guessFirst) await this.verify(person, code === '000000' ? '111111' : '000000', 'InvalidOtpError');
    return this.verify(person, code);
  }

  async refresh(answer: Answer): Promise<Answer | null> {
    const refreshToken = answer.tokens?.refreshToken ?? '';
    const outcome = await this.#world.api.call('refreshSession', { refreshToken });
    return this.#expect('refreshSession', outcome, 'RefreshSessionSuccess');
  }

  async me(answer: Answer): Promise<Answer | null> {
    const accessToken = answer.tokens?.accessToken ?? '';
    return this.#expect('me', await this.#world.api.call('me', { accessToken }), 'User');
  }

  async logout(answer: Answer): Promise<void> {
    const refreshToken = answer.tokens?.refreshToken ?? '';
    await this.#expect('logout', await this.#world.api.call('logout', { refreshToken }), 'LogoutSuccess');
  }

  async #expect(operation: string, outcome: Outcome, type: string): Promise<Answer | null> {
    if (this.#world.journal.note(operation, outcome, type)) return outcome.kind === 'answer' ? outcome.data : null;
    if (outcome.kind === 'failure') await pause(AFTER_FAILURE_MS);
    return null;
  }
}
