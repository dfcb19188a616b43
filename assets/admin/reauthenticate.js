import { REAUTHENTICATE } from './documents.js';
import { el } from './element.js';
import { openDialog, problemsOf } from './form.js';
import { hasPasskeys, NOT_SHOWN, passkeyHint, showPasskey } from './passkey.js';
import { post } from './post.js';
import { codeField, codeSender, METHODS, passwordField, sendCode, sendEmailCode } from './proofs.js';
import { accessToken, me, replaceTokens } from './session.js';

/** Asks who is signed in to prove it again, by one of the methods. @returns whether that was done */
export function reauthenticate(methods) {
  const known = methods.filter((method) => method in METHODS && (method !== 'PASSKEY' || hasPasskeys()));
  let requestToken = null;
  const parts = {
    PASSWORD: () => passwordField(),
    EMAIL_OTP: () => withSender('Send a code by email', () => sendEmailCode()),
    PHONE_OTP: () => withSender('Send a code to your phone', () => sendCode({ phoneNumber: me().phoneNumber })),
    PASSKEY: () => passkeyHint(),
  };
  const withSender = (text, send) => {
    const onsent = (result) => {
      requestToken = result.requestToken;
    };
    return [codeSender({ text, send, onsent }), codeField()];
  };
  const place = el('div', {});
  let chosen = known[0];
  const choose = (method) => {
    chosen = method;
    requestToken = null;
    place.replaceChildren(...[parts[method]()].flat());
  };
  choose(chosen);
  return openDialog({
    title: 'Prove that it is you',
    text: 'This needs a proof of the last five minutes.',
    submit: 'Go on',
    fields: [methodChoice(known, choose), place],
    async onsubmit({ otp, password }) {
      const passkeyResponse = chosen === 'PASSKEY' ? await showPasskey(await accessToken()) : null;
      if (chosen === 'PASSKEY' && passkeyResponse === null) return NOT_SHOWN;
      const proofs = {
        PASSKEY: { passkeyResponse },
        PASSWORD: { password },
        EMAIL_OTP: { emailOtp: otp },
        PHONE_OTP: { otp },
      };
      const input = { ...proofs[chosen], ...(requestToken && { requestToken }) };
      const { reauthenticate: result } = await post(REAUTHENTICATE, { input }, await accessToken());
      if (result.__typename === 'ReauthenticateSuccess') replaceTokens(result.tokens);
      return namedAsHere(problemsOf(result));
    },
  });
}

/** The form has one box for a code, wherever it was sent. */
export function namedAsHere(problems) {
  return problems?.map((problem) => ({ ...problem, field: problem.field === 'emailOtp' ? 'otp' : problem.field }));
}

/** Radio buttons, where there is a choice. */
export function methodChoice(methods, choose) {
  if (methods.length < 2) return null;
  const choices = methods.map((method, index) => {
    const attributes = { type: 'radio', name: 'method', value: method, checked: index === 0 };
    return el('label', {}, el('input', { ...attributes, onchange: () => choose(method) }), METHODS[method]);
  });
  return el('fieldset', { class: 'choice' }, el('legend', {}, 'By'), choices);
}
