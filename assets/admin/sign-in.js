import { CONTINUE, FINISH_PASSKEY, OPTIONS, VERIFY_CODE } from './documents.js';
import { button, el } from './element.js';
import { failureText, field, makeForm, problemsOf } from './form.js';
import { hasPasskeys, NOT_SHOWN, passkeyHint, showPasskey } from './passkey.js';
import { post } from './post.js';
import { codeField, codeSender, passwordField, sendCode, sendEmailCode } from './proofs.js';
import { methodChoice, namedAsHere } from './reauthenticate.js';
import { begin, knownDevice } from './session.js';
import { CHANNELS, time } from './words.js';

/**
 * The sign-in: number, code, and one more proof where the account asks for it.
 * @param app the element to fill
 * @param why the reason for signing in again, or null
 * @param onbegun called when somebody with a role is signed in
 */
export async function showSignIn(app, { why, onbegun }) {
  const place = el('div', { class: 'step' });
  const show = (title, ...content) => {
    const heading = el('h1', { tabindex: '-1' }, title);
    place.replaceChildren(heading, ...content.flat(Infinity).filter(Boolean));
    const first = place.querySelector('input:not([type=radio])');
    (first ?? heading).focus();
  };
  const screen = el('main', { class: 'sign-in' }, el('p', { class: 'brand' }, 'phone-accounts'), place);
  app.replaceChildren(screen);
  document.title = 'Sign in · Administration';
  const steps = { show, onbegun };
  const options = await post(OPTIONS).catch(() => null);
  askNumber({ ...steps, options: options?.signInOptions ?? { channels: ['SMS'] } }, why);
}

function askNumber(steps, why) {
  const { channels } = steps.options;
  const phone = field({
    name: 'phoneNumber',
    label: 'Phone number',
    hint: steps.options.defaultCountry ? null : 'With country code: +977 980 0000000',
    attributes: { type: 'tel', required: true, autocomplete: 'tel', inputmode: 'tel', maxlength: '64' },
  });
  const by = field({
    name: 'channel',
    label: 'Send the code by',
    type: 'select',
    options: channels.map((channel) => [channel, CHANNELS[channel] ?? channel]),
  });
  const form = makeForm({
    label: 'Sign in',
    fields: [phone, channels.length > 1 && by],
    submit: 'Send a code',
    async onsubmit({ phoneNumber, channel = channels[0] }) {
      const result = await sendCode({ phoneNumber, channel });
      const problems = problemsOf(result);
      if (problems) return problems;
      askCode(steps, { sent: result, channel });
    },
  });
  const about = 'For administrators, and those who help users.';
  steps.show(
    'Administration',
    el('p', { class: 'about' }, about),
    why && el('p', { class: 'told', role: 'alert' }, why),
    form,
  );
}

function askCode(steps, { sent, channel }) {
  const { phoneNumber } = sent;
  let { requestToken } = sent;
  const form = makeForm({
    label: 'Code',
    fields: [
      codeField(),
      codeSender({
        text: 'Send again',
        send: () => sendCode({ phoneNumber, channel }),
        sentAlready: sent,
        onsent: (result) => {
          requestToken = result.requestToken;
        },
      }),
    ],
    submit: 'Sign in',
    beside: [button('Another number', () => askNumber(steps, null))],
    async onsubmit({ otp }) {
      const deviceToken = knownDevice();
      const input = { phoneNumber, otp, requestToken, ...(deviceToken && { deviceToken }) };
      const { verifyOtp: result } = await post(VERIFY_CODE, { input });
      if (result.__typename === 'FurtherProofRequiredError') return askFurtherProof(steps, result);
      if (result.__typename === 'RegistrationRequiredError')
        return [{ field: '', message: 'No account has this number.' }];
      return finish(steps, result);
    },
  });
  steps.show('Enter the code', el('p', { class: 'about' }, 'Sent to ', el('bdi', {}, phoneNumber), '.'), form);
}

/** Resolves to problems for the form, or moves on. */
async function finish(steps, result) {
  const problems = namedAsHere(problemsOf(result));
  if (problems) return problems;
  const refused = await begin(result);
  if (refused !== null) return askNumber(steps, refused);
  await steps.onbegun();
}

function askFurtherProof(steps, { methods, continuationToken, availableAt, ...failure }) {
  // The code to the number was shown already.
  const ways = {
    PASSWORD: byPassword,
    EMAIL_OTP: () => byEmail(continuationToken),
    ...(hasPasskeys() && { PASSKEY: byPasskey }),
  };
  const known = methods.filter((method) => method in ways);
  const later =
    availableAt && el('p', { class: 'told' }, 'This account can be opened from ', time(availableAt), ' on.');
  const startAgain = (kind) => button('Start again', () => askNumber(steps, null), kind);
  if (known.length === 0) {
    const told = later ?? el('p', { class: 'told' }, failureText(failure));
    return steps.show('One more proof', told, startAgain('main'));
  }
  const place = el('div', {});
  let proof = null;
  const choose = (method) => {
    proof = ways[method]();
    place.replaceChildren(...proof.parts);
  };
  choose(known[0]);
  const form = makeForm({
    label: 'One more proof',
    fields: [methodChoice(known, choose), place],
    submit: 'Sign in',
    beside: [startAgain('quiet')],
    async onsubmit(values) {
      const deviceToken = knownDevice();
      const shown = await proof.input(values);
      if (shown === null) return NOT_SHOWN;
      const input = { continuationToken, ...shown, ...(deviceToken && { deviceToken }) };
      const answer = await post(proof.document, { input });
      return finish(steps, answer.continueSignIn ?? answer.finishPasskeySignIn);
    },
  });
  const about = 'Your account has a role and does not know this browser, so it asks for one more proof.';
  steps.show('One more proof', el('p', { class: 'about' }, about), later, form);
}

function byPassword() {
  return { parts: [passwordField()], document: CONTINUE, input: ({ password }) => ({ password }) };
}

function byEmail(continuationToken) {
  let sent = null;
  const sender = codeSender({
    text: 'Send a code by email',
    send: () => sendEmailCode(continuationToken),
    onsent: (result) => {
      sent = result;
    },
  });
  const input = ({ otp }) => ({ emailOtp: otp, ...(sent && { requestToken: sent.requestToken }) });
  return { parts: [sender, codeField()], document: CONTINUE, input };
}

function byPasskey() {
  const input = async () => {
    const response = await showPasskey();
    return response && { response };
  };
  return { parts: [passkeyHint()], document: FINISH_PASSKEY, input };
}
