import { type Api, execute } from './client.js';
import { me, otpDelivery, register, requestOtp, verifyOtp } from './documents.js';
import type {
  AuthenticationMethod,
  OtpChannel,
  OtpDeliveryProblem,
  OtpDeliveryQuery,
  ProfileFragment,
  RegisterInput,
  RegisterMutation,
  RequestOtpMutation,
  VerifyOtpMutation,
} from './generated/graphql.js';

/** What the app shows next. */
export type Screen =
  | { readonly show: 'ask_for_code'; readonly accessToken: string }
  | { readonly show: 'type_code'; readonly digits: number; readonly expiresAt: string; readonly token: string }
  | { readonly show: 'home'; readonly accessToken: string; readonly welcome: boolean }
  | { readonly show: 'form'; readonly problems: ReadonlyMap<string, string> }
  | { readonly show: 'type_code_again'; readonly attemptsRemaining: number }
  | { readonly show: 'wait'; readonly seconds: number }
  | { readonly show: 'captcha'; readonly siteKey: string }
  | {
      readonly show: 'one_more_proof';
      readonly methods: readonly AuthenticationMethod[];
      readonly continuationToken: string;
    }
  | { readonly show: 'message'; readonly text: string };

export function afterRegister(result: RegisterMutation['register']): Screen {
  switch (result.__typename) {
    case 'RegisterSuccess':
      return { show: 'ask_for_code', accessToken: result.tokens.accessToken };
    case 'InvalidInputError':
      return form(result.fields);
    case 'InvalidOtpError':
      return { show: 'type_code_again', attemptsRemaining: result.attemptsRemaining };
    case 'AccountDisabledError':
      return { show: 'message', text: result.message };
    case 'AccountLockedError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    case 'CaptchaRequiredError':
      return { show: 'captcha', siteKey: result.siteKey };
    case 'TooManyRequestsError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    default:
      return unforeseen(result);
  }
}

export function afterRequestOtp(result: RequestOtpMutation['requestOtp']): Screen {
  switch (result.__typename) {
    case 'RequestOtpSuccess':
      return { show: 'type_code', digits: result.codeLength, expiresAt: result.expiresAt, token: result.requestToken };
    case 'InvalidInputError':
      return form(result.fields);
    case 'DestinationNotAllowedError':
      return { show: 'message', text: 'Use another number.' };
    case 'ReauthenticationRequiredError':
      return { show: 'message', text: 'Sign in again.' };
    case 'UserNotFoundError':
      return { show: 'message', text: 'Register first.' };
    case 'AccountLockedError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    case 'TooManyRequestsError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    case 'CaptchaRequiredError':
      return { show: 'captcha', siteKey: result.siteKey };
    case 'DeliveryUnavailableError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    default:
      return unforeseen(result);
  }
}

export function afterVerifyOtp(result: VerifyOtpMutation['verifyOtp']): Screen {
  switch (result.__typename) {
    case 'VerifyOtpSuccess':
      return { show: 'home', accessToken: result.tokens.accessToken, welcome: result.newMember };
    case 'InvalidInputError':
      return form(result.fields);
    case 'InvalidOtpError':
      return { show: 'type_code_again', attemptsRemaining: result.attemptsRemaining };
    case 'AccountDisabledError':
      return { show: 'message', text: result.message };
    case 'AccountLockedError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    case 'RegistrationRequiredError':
      return { show: 'message', text: 'Register with this code.' };
    case 'FurtherProofRequiredError':
      return { show: 'one_more_proof', methods: result.methods, continuationToken: result.continuationToken };
    case 'CaptchaRequiredError':
      return { show: 'captcha', siteKey: result.siteKey };
    case 'TooManyRequestsError':
      return { show: 'wait', seconds: result.retryAfterSeconds };
    default:
      return unforeseen(result);
  }
}

/** What to do about a message that does not arrive; the rest of what can be done about it is in its message. */
const otherWays: Readonly<Record<OtpDeliveryProblem, readonly OtpChannel[]>> = {
  BLOCKED: ['WHATSAPP', 'VOICE'],
  EXPIRED: [],
  INVALID_NUMBER: [],
  NOT_ANSWERED: ['SMS'],
  NOT_ON_CHANNEL: ['SMS'],
  OPTED_OUT: [],
  SERVICE: ['VOICE'],
  UNREACHABLE: [],
};

export interface Advice {
  readonly text: string;
  readonly otherWays: readonly OtpChannel[];
}

/** Null: there is nothing to be done but to wait, or nobody can tell. */
export function adviceOn(delivery: OtpDeliveryQuery['otpDelivery']): Advice | null {
  if (!delivery?.problem) return null;
  return { text: delivery.message, otherWays: otherWays[delivery.problem] };
}

/** Asks for a code by a channel, and what became of its message once `sent` resolves. */
export async function askAndFollow(
  api: Api,
  phoneNumber: string,
  by: { channel: OtpChannel; deviceToken: string; sent(): Promise<void> },
) {
  const { channel, deviceToken } = by;
  const { requestOtp: asked } = await execute(api, requestOtp, { input: { phoneNumber, channel, deviceToken } });
  if (asked.__typename !== 'RequestOtpSuccess') return null;
  await by.sent();
  const { requestToken } = asked;
  return (await execute(api, otpDelivery, { requestToken })).otpDelivery ?? null;
}

/** From the registration form to the profile, as long as nothing goes wrong: otherwise the screen that it ends at. */
export async function signUp(user: {
  api: Api;
  form: RegisterInput;
  readCode(): Promise<string>;
}): Promise<ProfileFragment | Screen> {
  const { phoneNumber } = user.form;
  const registered = afterRegister((await execute(user.api, register, { input: user.form })).register);
  if (registered.show !== 'ask_for_code') return registered;
  const api = { ...user.api, accessToken: registered.accessToken };
  const sent = afterRequestOtp((await execute(api, requestOtp, { input: { phoneNumber } })).requestOtp);
  if (sent.show !== 'type_code') return sent;
  const input = { phoneNumber, otp: await user.readCode(), requestToken: sent.token };
  const verified = afterVerifyOtp((await execute(api, verifyOtp, { input })).verifyOtp);
  if (verified.show !== 'home') return verified;
  const { me: profile } = await execute({ ...api, accessToken: verified.accessToken }, me, {});
  return profile ?? { show: 'message', text: 'Signed out.' };
}

function form(fields: readonly { readonly field: string; readonly message: string }[]): Screen {
  return { show: 'form', problems: new Map(fields.map(({ field, message }) => [field, message])) };
}

/** An outcome that is forgotten does not compile; one that a newer service adds still shows its message. */
function unforeseen(result: never): Screen {
  const { message } = result as { readonly message: string };
  return { show: 'message', text: message };
}
