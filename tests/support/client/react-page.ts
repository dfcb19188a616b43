import { createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createAccounts, memoryStorage } from '../../../client/src/index.js';
import { messageFor } from '../../../client/src/messages.js';
import { en } from '../../../client/src/messages/en.js';
import { useOtp, useSession } from '../../../client/src/react.js';

/** A page with a sign-in form, for tests/client/react.browser.test.ts. */

const accounts = createAccounts({ url: location.search.slice(1), storage: memoryStorage() });

function Form() {
  const otp = useOtp(accounts);
  const [typed, setTyped] = useState('');
  const submit = () => (otp.step === 'idle' ? otp.sendCode({ phoneNumber: typed }) : otp.enterCode(typed));
  return h(
    'form',
    { 'data-step': otp.step },
    h('input', { value: typed, onChange: ({ target }) => setTyped(target.value) }),
    h('button', { type: 'button', id: 'go', disabled: otp.busy, onClick: submit }, 'Go on'),
    h('output', null, otp.failure ? messageFor(otp.failure, en) : ''),
    otp.step === 'code' && h('time', null, otp.resendInSeconds),
  );
}

function App() {
  const session = useSession(accounts);
  const [open, setOpen] = useState(true);
  return h(
    'main',
    { 'data-session': session === undefined ? 'unknown' : (session?.user.phoneNumber ?? 'nobody') },
    open && h(Form),
    h('button', { type: 'button', id: 'toggle', onClick: () => setOpen(!open) }, 'Open or close'),
    h('button', { type: 'button', id: 'leave', onClick: () => accounts.logout() }, 'Sign out'),
  );
}

createRoot(document.body.appendChild(document.createElement('div'))).render(h(StrictMode, null, h(App)));
