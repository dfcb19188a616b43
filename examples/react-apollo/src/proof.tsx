import { messageFor, type Texts } from '@phone-accounts/client/messages';
import type { Otp } from '@phone-accounts/client/react';
import { type FormEvent, useState } from 'react';
import { accounts } from './accounts.js';

interface Props {
  readonly otp: Otp & { readonly step: 'proof' };
  readonly texts: Texts;
}

/** For an account that its number alone does not open: one that slept long, or that has a role. */
export function Proof({ otp, texts }: Props) {
  const { methods, availableAt } = otp.proof;
  return (
    <>
      <p>{messageFor(otp.proof, texts)}</p>
      {methods.includes('PASSWORD') && <ByPassword otp={otp} />}
      {methods.includes('EMAIL_OTP') && <ByEmail otp={otp} texts={texts} />}
      {availableAt && <p>From {new Date(availableAt).toLocaleString()} a new code opens the account.</p>}
      <div className="links">
        <button type="button" disabled={otp.busy} onClick={() => otp.prove({ newAccount: true })}>
          I have no account here
        </button>
      </div>
    </>
  );
}

function ByPassword({ otp }: { readonly otp: Otp }) {
  const prove = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    otp.prove({ password: String(new FormData(event.currentTarget).get('password')) });
  };
  return (
    <form onSubmit={prove}>
      <label htmlFor="password">Password</label>
      <input id="password" name="password" type="password" autoComplete="current-password" required />
      <button type="submit" disabled={otp.busy}>
        Continue
      </button>
    </form>
  );
}

function ByEmail({ otp, texts }: { readonly otp: Otp; readonly texts: Texts }) {
  const [said, setSaid] = useState('');
  const send = async () => {
    const result = await accounts.requestEmailOtp({ purpose: 'CONTINUE_SIGN_IN' }).catch((error: Error) => error);
    const isSent = !(result instanceof Error) && result.__typename === 'RequestEmailOtpSuccess';
    setSaid(isSent ? 'The code is on its way.' : messageFor(result as Error, texts));
  };
  const prove = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    otp.prove({ emailOtp: String(new FormData(event.currentTarget).get('emailOtp')) });
  };
  return (
    <form onSubmit={prove}>
      <label htmlFor="email-otp">Code by email</label>
      <input id="email-otp" name="emailOtp" inputMode="numeric" autoComplete="one-time-code" required />
      <button type="submit" disabled={otp.busy}>
        Continue
      </button>
      <div className="links">
        <button type="button" onClick={send}>
          Send a code by email
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  );
}
