import { createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createAccounts } from '../../../client/src/index.js';
import { messageFor } from '../../../client/src/messages.js';
import { en } from '../../../client/src/messages/en.js';
import { createPasskeys } from '../../../client/src/passkeys.js';
import { useOtp, usePasskeys, useSession } from '../../../client/src/react.js';

/** A page with a sign-in form and a settings page, for tests/client/passkeys.browser.test.ts. */

const [, mode, url = ''] = /^\?(cookie|storage)&(.*)/.exec(location.search) ?? [];
const accounts = createAccounts(mode === 'cookie' ? { url } : { url, storage: localStorage });
const passkeys = createPasskeys(accounts);

/** `#autofill`: the browser offers passkeys in the field. */
const autofill = location.hash === '#autofill';

function button(id: string, onClick: () => unknown) {
  return h('button', { type: 'button', id, onClick }, id);
}

function SignIn({ onSuggested }: { readonly onSuggested: (suited: boolean) => void }) {
  const otp = useOtp(accounts, { onDone: (done) => passkeys.suits(done).then(onSuggested) });
  const keys = usePasskeys(passkeys, { autofill });
  const [typed, setTyped] = useState('');
  const submit = () => (otp.step === 'idle' ? otp.sendCode({ phoneNumber: typed }) : otp.enterCode(typed));
  const proof = otp.step === 'proof' ? { continuationToken: otp.proof.continuationToken } : {};
  const told = keys.failure ?? keys.error;
  return h(
    'form',
    { 'data-step': otp.step },
    h('input', { autoComplete: 'username webauthn', value: typed, onChange: ({ target }) => setTyped(target.value) }),
    button('go', submit),
    keys.supported && button('passkey', () => keys.signIn(proof)),
    h('output', null, told ? messageFor(told, en) : ''),
  );
}

function Settings({ suggested }: { readonly suggested: boolean }) {
  const keys = usePasskeys(passkeys, { list: true });
  const [first] = keys.passkeys ?? [];
  const told = keys.failure ?? keys.error;
  return h(
    'section',
    { 'data-keys': keys.passkeys?.map(({ name }) => name).join(), 'data-suggested': suggested },
    button('add', () => keys.add({ name: 'Test key' })),
    button('rename', () => first && keys.rename({ id: first.id, name: 'Other name' })),
    button('prove', () =>
      keys.prove().then((result) => result && document.body.setAttribute('data-proof', result.__typename)),
    ),
    button('remove', () => first && keys.remove(first)),
    button('leave', () => accounts.logout()),
    h('output', null, told ? messageFor(told, en) : ''),
  );
}

function App() {
  const session = useSession(accounts);
  const [suggested, setSuggested] = useState(false);
  const who = session === undefined ? 'unknown' : (session?.user.phoneNumber ?? 'nobody');
  return h(
    'main',
    { 'data-session': who },
    session ? h(Settings, { suggested }) : h(SignIn, { onSuggested: setSuggested }),
  );
}

createRoot(document.body.appendChild(document.createElement('div'))).render(h(StrictMode, null, h(App)));
