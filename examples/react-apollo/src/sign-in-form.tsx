import type { SignInOptions } from '@phone-accounts/client';
import { messageFor, messagesByField, type Texts } from '@phone-accounts/client/messages';
import { type Otp, useOtp } from '@phone-accounts/client/react';
import type { FormEvent } from 'react';
import { accounts } from './accounts.js';
import { PhoneNumber } from './phone-number.js';
import { Registration } from './registration.js';

interface Props {
  readonly options: SignInOptions;
  readonly texts: Texts;
}

export function SignInForm({ options, texts }: Props) {
  const otp = useOtp(accounts);
  const { failure, error } = otp;
  return (
    <>
      <h1>Sign in</h1>
      {otp.step === 'idle' && <PhoneNumber options={options} busy={otp.busy} onNumber={otp.sendCode} />}
      {otp.step === 'code' && <Code otp={otp} length={options.codeLength} />}
      {otp.step === 'register' && <Registration fields={options.registrationFields} otp={otp} />}
      {otp.step === 'proof' && <p>{otp.proof.message}</p>}
      <p role="alert">
        {failure?.__typename === 'InvalidInputError'
          ? Object.values(messagesByField(failure, texts)).join(' ')
          : (failure ?? error) && messageFor(failure ?? (error as Error), texts)}
      </p>
    </>
  );
}

function Code({ otp, length }: { readonly otp: Otp & { readonly step: 'code' }; readonly length: number }) {
  const { sent, resendInSeconds, busy } = otp;
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    otp.enterCode(String(new FormData(event.currentTarget).get('otp')));
  };
  return (
    <form onSubmit={enter}>
      <p>
        We have sent a code to <strong>{sent.phoneNumber}</strong>.
      </p>
      <label htmlFor="otp">Code</label>
      <input
        id="otp"
        name="otp"
        className="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={length}
        placeholder={'·'.repeat(length)}
        required
      />
      <button type="submit" disabled={busy}>
        Sign in
      </button>
      <div className="links">
        <button type="button" disabled={busy || resendInSeconds > 0} onClick={() => otp.resend()}>
          {resendInSeconds > 0 ? `Send again in ${resendInSeconds} s` : 'Send again'}
        </button>
        <button type="button" onClick={otp.reset}>
          Other number
        </button>
      </div>
    </form>
  );
}
