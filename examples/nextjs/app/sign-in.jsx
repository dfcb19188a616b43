'use client';
import { createAccounts } from '@phone-accounts/client';
import { useOtp, useSession } from '@phone-accounts/client/react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

export function SignIn({ url }) {
  // Only browsers have a session in cookie mode: on the server, this client calls nothing.
  const [accounts] = useState(() => createAccounts({ url, apis: [globalThis.location?.origin ?? ''].filter(Boolean) }));
  const session = useSession(accounts);
  const [problem, setProblem] = useState('');
  useServerSession(accounts, session);
  if (session === undefined) return <p role="status">One moment …</p>;
  if (!session) return <Form accounts={accounts} />;
  const signOut = () =>
    accounts.logout().then(
      () => setProblem(''),
      (error) => setProblem(`You are still signed in. ${error.message}`),
    );
  return (
    <form action={() => void signOut()}>
      <p>Signed in as {session.user.phoneNumber}</p>
      <button type="submit">Sign out</button>
      <p role="alert">{problem}</p>
    </form>
  );
}

/**
 * Gives the access token to the server of this page, again and again before it ends. After a sign-out the server must
 * forget it. So what fails is tried again soon.
 */
function useServerSession(accounts, session) {
  const router = useRouter();
  const user = session === undefined ? undefined : (session?.user.id ?? null);
  useEffect(() => {
    if (user === undefined) return undefined;
    let over = false;
    let again;
    const give = async () => {
      const answer = await accounts.fetch('/session', { method: 'POST' }).catch(() => null);
      if (over) return;
      if (answer?.ok) router.refresh();
      again = setTimeout(give, answer?.ok ? 10 * 60_000 : 5_000);
    };
    give();
    return () => {
      over = true;
      clearTimeout(again);
    };
  }, [accounts, router, user]);
}

function Form({ accounts }) {
  const otp = useOtp(accounts);
  const send = (form) => void otp.sendCode({ phoneNumber: form.get('phoneNumber') });
  const enter = (form) => void otp.enterCode(form.get('otp'));
  return (
    <form action={otp.step === 'code' ? enter : send}>
      {otp.step === 'code' ? (
        <label>
          Code <input name="otp" inputMode="numeric" autoComplete="one-time-code" required />
        </label>
      ) : (
        <label>
          Phone number <input name="phoneNumber" type="tel" autoComplete="tel" required />
        </label>
      )}
      <button type="submit" disabled={otp.busy}>
        {otp.step === 'code' ? 'Sign in' : 'Send code'}
      </button>
      <p role="alert">{(otp.failure ?? otp.error)?.message}</p>
    </form>
  );
}
