import { REQUEST_CODE, REQUEST_EMAIL_CODE } from './documents.js';
import { button, el, announce } from './element.js';
import { failureText, field } from './form.js';
import { post } from './post.js';
import { accessToken, knownDevice } from './session.js';

/** The ways to prove who one is, as they are asked for after a sign-in and before some acts. */
export const METHODS = {
  PASSWORD: 'Password',
  EMAIL_OTP: 'Code by email',
  PHONE_OTP: 'Code to your phone',
  PASSKEY: 'Passkey',
};

export function codeField(hint = null) {
  const attributes = {
    required: true,
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    class: 'code',
    maxlength: '40',
  };
  return field({ name: 'otp', label: 'Code', hint, attributes });
}

export function passwordField() {
  const attributes = { required: true, autocomplete: 'current-password' };
  return field({ name: 'password', label: 'Password', type: 'password', attributes });
}

/** @returns { result } or { failure } */
export async function sendCode({ phoneNumber, channel = 'SMS' }) {
  const deviceToken = knownDevice();
  const input = { phoneNumber, channel, purpose: 'SIGN_IN', ...(deviceToken && { deviceToken }) };
  const { requestOtp: result } = await post(REQUEST_CODE, { input });
  return result;
}

/** By the token of a sign-in that waits, or to the account that is signed in. */
export async function sendEmailCode(continuationToken = null) {
  const purpose = continuationToken === null ? 'REAUTHENTICATE' : 'CONTINUE_SIGN_IN';
  const token = continuationToken === null ? await accessToken() : null;
  const input = { purpose, ...(continuationToken && { continuationToken }) };
  const { requestEmailOtp: result } = await post(REQUEST_EMAIL_CODE, { input }, token);
  return result;
}

/**
 * Sends a code at the press of a button, again after a while. `send` resolves to a result; `onsent` gets each success.
 */
export function codeSender({ text, send, onsent, sentAlready = null }) {
  const said = el('p', { class: 'hint' });
  const press = button(text, async () => {
    if (press.getAttribute('aria-disabled') === 'true') return;
    const result = await send().catch((error) => ({ __typename: 'Failure', message: error.message }));
    if (!result.__typename.endsWith('Success')) {
      said.textContent = result.fields?.[0]?.message ?? failureText(result);
      announce(said.textContent);
      return;
    }
    said.textContent = `Sent to ${result.email ?? result.phoneNumber}.`;
    announce(said.textContent);
    countDown(press, result.resendAfterSeconds);
    onsent(result);
  });
  if (sentAlready !== null) countDown(press, sentAlready.resendAfterSeconds);
  return el('div', { class: 'sender' }, press, said);
}

function countDown(press, seconds) {
  const ends = performance.now() + seconds * 1_000;
  const tick = () => {
    const left = Math.ceil((ends - performance.now()) / 1_000);
    press.setAttribute('aria-disabled', String(left > 0));
    press.textContent = left > 0 ? `Send again in ${left} s` : 'Send again';
    if (left > 0 && (press.isConnected || left === seconds)) setTimeout(tick, 1_000);
  };
  tick();
}
