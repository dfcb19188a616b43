import { randomInt } from 'node:crypto';
import type { Answer, CallOptions } from './api.js';
import type { Campaign, Guess } from './campaign.js';
import { freshNumber, spellings } from './numbers.js';

/** A phone number whose codes are guessed. */
export class CodeVictim {
  readonly campaign: Campaign;
  readonly number: string;
  #guesses = 0;

  constructor(campaign: Campaign, number = freshNumber()) {
    this.campaign = campaign;
    this.number = number;
  }

  /** Asks for a code. */
  request(): Promise<Answer> {
    return this.campaign.target.api.call('requestOtp', { phoneNumber: this.#spelling() });
  }

  /** One wrong guess from another address, in another spelling of the number. */
  verify(extra: object = {}, options: CallOptions = {}): Guess {
    return async () => {
      const otp = await this.#wrongCode();
      return this.campaign.target.api.call('verifyOtp', { phoneNumber: this.#spelling(), otp, ...extra }, options);
    };
  }

  /** One wrong guess in a registration. */
  register(): Guess {
    return async () => {
      const verificationCode = await this.#wrongCode();
      const password = 'a password for the attack';
      return this.campaign.target.api.call('register', {
        ...{ phoneNumber: this.#spelling(), verificationCode, password, passwordConfirm: password },
        ...{ email: `a${randomInt(2 ** 40)}@example.com`, firstName: 'A', lastName: 'B' },
      });
    };
  }

  /** The owner signs in with the right code. This is refused while the number is locked. */
  async ownerSignsIn(): Promise<Answer> {
    const { api } = this.campaign.target;
    await api.call('requestOtp', { phoneNumber: this.number });
    const otp = (await this.campaign.target.codeSentTo(this.number)) ?? '000000';
    return api.call('verifyOtp', { phoneNumber: this.number, otp });
  }

  times(count: number, guess: () => Guess): Guess[] {
    return Array.from({ length: count }, guess);
  }

  async #wrongCode(): Promise<string> {
    const right = await this.campaign.target.codeSentTo(this.number);
    for (;;) {
      const guess = String(randomInt(10 ** 6)).padStart(6, '0');
      if (guess !== right) return guess;
    }
  }

  #spelling(): string {
    const ways = spellings(this.number);
    this.#guesses += 1;
    return ways[this.#guesses % ways.length] ?? this.number;
  }
}
