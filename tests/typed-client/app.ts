import { type Api, execute } from './client.js';
import { me } from './documents.js';
import {
  changePassword,
  changePhoneNumber,
  deleteAccount,
  exportMyData,
  login,
  requestCode,
  requestEmailOtp,
  resetPassword,
  revertChange,
  signInByCode,
  updateProfile,
  verifyEmail,
} from './life-documents.js';
import type { EmailOtpPurpose, OtpPurpose, TypedDocumentString, UpdateProfileInput } from './generated/graphql.js';

/** Where the messages of the story arrive. */
export interface Messages {
  /** The code in the latest message to a number or an address. */
  code(to: string): string;
}

/** The app on one device. It keeps its tokens, and reads codes from the messages of its owner. */
export class App {
  readonly #url: string;
  readonly #messages: Messages;
  #accessToken: string | undefined;
  #deviceToken: string | undefined;

  constructor(url: string, messages: Messages) {
    this.#url = url;
    this.#messages = messages;
  }

  async signInByCode(phoneNumber: string) {
    const code = await this.#codeTo(phoneNumber, 'SIGN_IN');
    const input = { ...code, deviceToken: this.#deviceToken ?? null };
    const { verifyOtp } = await this.#run(signInByCode, { input });
    return this.#keep(outcome(verifyOtp, 'VerifyOtpSuccess'));
  }

  async logIn(identifier: string, password: string) {
    const input = { identifier, password, deviceToken: this.#deviceToken ?? null };
    const answer = (await this.#run(login, { input })).login;
    return answer.__typename === 'LoginSuccess' ? this.#keep(answer) : answer;
  }

  async changeProfile(input: UpdateProfileInput) {
    return outcome((await this.#run(updateProfile, { input })).updateProfile, 'UpdateProfileSuccess').user;
  }

  async verifyEmail(email: string) {
    const input = await this.#codeByEmail(email, 'VERIFY_EMAIL');
    return outcome((await this.#run(verifyEmail, { input })).verifyEmail, 'VerifyEmailSuccess').user;
  }

  async setPassword(newPassword: string) {
    const input = { newPassword, newPasswordConfirm: newPassword };
    return outcome((await this.#run(changePassword, { input })).changePassword, 'ChangePasswordSuccess').user;
  }

  async resetPasswordByEmail(email: string, newPassword: string) {
    const code = await this.#codeByEmail(email, 'RESET_PASSWORD');
    const input = { ...code, newPassword, newPasswordConfirm: newPassword };
    return this.#keep(outcome((await this.#run(resetPassword, { input })).resetPassword, 'ResetPasswordSuccess'));
  }

  async moveTo(phoneNumber: string) {
    const input = await this.#codeTo(phoneNumber, 'CHANGE_PHONE');
    return outcome((await this.#run(changePhoneNumber, { input })).changePhoneNumber, 'ChangePhoneNumberSuccess');
  }

  /** Signed out: the code in the notice is enough. */
  async takeBack(token: string) {
    return outcome((await execute({ url: this.#url }, revertChange, { token })).revertChange, 'RevertChangeSuccess');
  }

  async everythingAboutMe() {
    return (await this.#run(exportMyData, {})).exportMyData;
  }

  async leave() {
    return outcome((await this.#run(deleteAccount, {})).deleteAccount, 'DeleteAccountSuccess');
  }

  /** Whether its session is still alive. */
  async isSignedIn(): Promise<boolean> {
    return this.#run(me, {}).then(
      ({ me: user }) => user !== null,
      () => false,
    );
  }

  async #codeTo(phoneNumber: string, purpose: OtpPurpose) {
    const deviceToken = this.#deviceToken ?? null;
    const { requestOtp } = await this.#run(requestCode, { input: { phoneNumber, purpose, deviceToken } });
    const { requestToken } = outcome(requestOtp, 'RequestOtpSuccess');
    return { phoneNumber, otp: this.#messages.code(phoneNumber), requestToken };
  }

  async #codeByEmail(email: string, purpose: EmailOtpPurpose) {
    const answer = (await this.#run(requestEmailOtp, { input: { email, purpose } })).requestEmailOtp;
    const { requestToken } = outcome(answer, 'RequestEmailOtpSuccess');
    return { email, otp: this.#messages.code(email), requestToken };
  }

  #keep<Answer extends SignedIn>(answer: Answer): Answer {
    this.#accessToken = answer.tokens.accessToken;
    this.#deviceToken = answer.deviceToken ?? undefined;
    return answer;
  }

  #run<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const api: Api = { url: this.#url, ...(this.#accessToken !== undefined && { accessToken: this.#accessToken }) };
    return execute(api, document, variables);
  }
}

interface SignedIn {
  readonly tokens: { readonly accessToken: string };
  readonly deviceToken?: string | null;
}

/** The answer that the story expects. Any other ends the story with what the service says. */
function outcome<Answer extends { readonly __typename: string }, Name extends Answer['__typename']>(
  answer: Answer,
  name: Name,
): Extract<Answer, { readonly __typename: Name }> {
  if (answer.__typename !== name) throw new Error(`${name} was expected: ${JSON.stringify(answer)}`);
  return answer as Extract<Answer, { readonly __typename: Name }>;
}
