import type { SignInOptions } from '@phone-accounts/client';
import type { Otp } from '@phone-accounts/client/react';
import type { FormEvent } from 'react';
import type { Call } from './use-captcha.js';

const LABELS: Readonly<Record<string, string>> = {
  email: 'Email address',
  firstName: 'First name',
  lastName: 'Last name',
  password: 'Password',
  username: 'Username',
};

interface Props {
  readonly fields: SignInOptions['registrationFields'];
  readonly otp: Otp;
  readonly make: (call: Call) => void;
}

/** For services that want an account first (UNKNOWN_PHONE=register). */
export function Registration({ fields, otp, make }: Props) {
  const register = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const confirmed = { ...input, ...(input['password'] && { passwordConfirm: input['password'] }) };
    make((captcha) => otp.register({ ...confirmed, ...captcha }));
  };
  return (
    <form onSubmit={register}>
      <p>This number has no account yet.</p>
      {fields.map((field) => (
        <label key={field}>
          {LABELS[field] ?? field}
          <input name={field} type={field === 'password' ? 'password' : 'text'} required />
        </label>
      ))}
      <button type="submit" disabled={otp.busy}>
        Register
      </button>
    </form>
  );
}
