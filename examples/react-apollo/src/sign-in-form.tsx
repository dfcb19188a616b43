import type { RequestOtpInput, SignInDone, SignInOptions } from '@phone-accounts/client';
import { messageFor, messagesByField, type Texts } from '@phone-accounts/client/messages';
import { type Otp, useOtp, usePasskeys } from '@phone-accounts/client/react';
import type { FormEvent } from 'react';
import { accounts, passkeys } from './accounts.js';
import { Captcha } from './captcha.js';
import { ByPasskey } from './passkeys.js';
import { PhoneNumber } from './phone-number.js';
import { Proof } from './proof.js';
import { Registration } from './registration.js';
import { type Call, useCaptcha } from './use-captcha.js';

interface Props {
  readonly options: SignInOptions;
  readonly texts: Texts;
  readonly onDone: (done: SignInDone) => void;
}

export function SignInForm({ options, texts, onDone }: Props) {
  const otp = useOtp(accounts, { onDone });
  // In the field for the number, the browser offers the passkeys that it has.
  const keys = usePasskeys(passkeys, { autofill: otp.step === 'idle' });
  const { waiting, make, forget } = useCaptcha();
  const { failure, error } = otp;
  const proof = otp.step === 'proof' ? otp.proof : null;
  const takesPasskey = otp.step === 'idle' || proof?.methods.includes('PASSKEY');
  const reset = () => {
    forget();
    otp.reset();
  };
  const send = (input: RequestOtpInput) => make((captcha) => otp.sendCode({ ...input, ...captcha }));
  return (
    <>
      <h1>Sign in</h1>
      {otp.step === 'idle' && <PhoneNumber options={options} busy={otp.busy} onNumber={send} />}
      {otp.step === 'code' && <Code otp={otp} length={options.codeLength} make={make} onOther={reset} />}
      {otp.step === 'register' && <Registration fields={options.registrationFields} otp={otp} make={make} />}
      {otp.step === 'proof' && <Proof otp={otp} texts={texts} />}
      {takesPasskey && <ByPasskey keys={keys} texts={texts} proof={proof} />}
      {waiting && <Captcha required={waiting.required} onSolved={(token) => make(waiting.call, token)} />}
      {(otp.step === 'register' || otp.step === 'proof') && (
        <div className="links">
          <button type="button" onClick={reset}>
            Other number
          </button>
        </div>
      )}
      <p role="alert">
        {failure?.__typename === 'InvalidInputError'
          ? Object.values(messagesByField(failure, texts)).join(' ')
          : (failure ?? error) && messageFor(failure ?? (error as Error), texts)}
      </p>
    </>
  );
}

interface CodeProps {
  readonly otp: Otp & { readonly step: 'code' };
  readonly length: number;
  readonly make: (call: Call) => void;
  readonly onOther: () => void;
}

function Code({ otp, length, make, onOther }: CodeProps) {
  const { sent, resendInSeconds, busy } = otp;
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get('otp'));
    make((captcha) => otp.enterCode({ otp: typed, ...captcha }));
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
        <button type="button" disabled={busy || resendInSeconds > 0} onClick={() => make(otp.resend)}>
          {resendInSeconds > 0 ? `Send again in ${resendInSeconds} s` : 'Send again'}
        </button>
        <button type="button" onClick={onOther}>
          Other number
        </button>
      </div>
    </form>
  );
}
