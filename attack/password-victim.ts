import { randomInt } from 'node:crypto';
import type { Answer, Api } from './api.js';
import type { Guess } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Target } from './target.js';

/** An account whose password is guessed, with each of its three identifiers. */
export class PasswordVictim {
  readonly identifiers: readonly string[];
  readonly #api: Api;
  readonly #password: string;
  readonly #accessToken: string;

  private constructor(api: Api, parts: { identifiers: string[]; password: string; accessToken: string }) {
    this.#api = api;
    this.identifiers = parts.identifiers;
    this.#password = parts.password;
    this.#accessToken = parts.accessToken;
  }

  static async register(target: Target): Promise<PasswordVictim> {
    const { api } = target;
    const [phoneNumber, name] = [freshNumber(), `victim${randomInt(2 ** 40)}`];
    const password = `the password of ${name}`;
    const email = `${name}@example.com`;
    const form = {
      phoneNumber,
      email,
      username: name,
      password,
      passwordConfirm: password,
      firstName: 'A',
      lastName: 'B',
    };
    const { accessToken } = await api.call('register', form);
    if (accessToken === null) throw new Error('The victim could not register.');
    await api.call('requestOtp', { phoneNumber });
    const otp = await target.codeSentTo(phoneNumber);
    // With the access token of the registration, the account keeps its password.
    const verified = await api.call('verifyOtp', { phoneNumber, otp }, { token: accessToken });
    if (verified.kind !== 'VerifyOtpSuccess') throw new Error('The victim could not verify the number.');
    return new PasswordVictim(api, { identifiers: [email, phoneNumber, name], password, accessToken });
  }

  /** One wrong guess from another address, with the next identifier. */
  login(index: number): Guess {
    const identifier = this.identifiers[index % this.identifiers.length];
    const spelled = index % 2 === 0 ? identifier : identifier?.toUpperCase();
    return () => this.#api.call('login', { identifier: spelled, password: `wrong password ${index}` });
  }

  /** One wrong guess with a stolen access token. */
  change(index: number): Guess {
    const newPassword = 'the password of the attacker';
    const input = { currentPassword: `wrong password ${index}`, newPassword, newPasswordConfirm: newPassword };
    return () => this.#api.call('changePassword', input, { token: this.#accessToken });
  }

  /** The right password, from an address that the service has not seen before. */
  ownerSignsIn(): Promise<Answer> {
    return this.#api.call('login', { identifier: this.identifiers[0], password: this.#password });
  }
}
