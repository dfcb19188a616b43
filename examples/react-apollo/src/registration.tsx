import type { SignInOptions } from '@phone-accounts/client';
import type { Otp } from '@phone-accounts/client/react';
import type { FormEvent } from 'react';

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
}

/** For services that want an account first (UNKNOWN_PHONE=register). */
export function Registration({ fields, otp }: Props) {
  const register = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    otp.register({ ...input, ...(input['password'] && { passwordConfirm: input['password'] }) });
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
