'use client';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Accounts } from './accounts.js';
import type { SessionState } from './session-keeper.js';
import { createSignIn, type SignIn, type SignInSettings, type SignInState } from './sign-in.js';

// biome-ignore lint/performance/noBarrelFile: a package has one entry for React.
export {
  type PasskeyFailure,
  type PasskeysSettings,
  type PasskeysState,
  type UsePasskeys,
  usePasskeys,
} from './react-passkeys.js';

/**
 * The session of the accounts, followed through every change. Undefined: not known yet, as on a server and while a page
 * is hydrated.
 * @param initial what a server found out about the session. It is shown until the service has answered.
 */
export function useSession(accounts: Accounts, initial?: SessionState): SessionState {
  const subscribe = useCallback((changed: () => void) => accounts.subscribe(changed), [accounts]);
  const session = useSyncExternalStore(
    subscribe,
    () => accounts.session,
    () => undefined,
  );
  return session === undefined ? initial : session;
}

/** Where a sign-in is, with everything that can be done about it. */
export type Otp = SignInState & Omit<SignIn, 'state' | 'subscribe'>;

/**
 * A sign-in by code for one form. It begins anew when the form is taken away.
 * @param settings are read once
 */
export function useOtp(accounts: Accounts, settings?: SignInSettings): Otp {
  const begin = () => ({ accounts, signIn: createSignIn(accounts, settings) });
  const [held, setHeld] = useState(begin);
  if (held.accounts !== accounts) setHeld(begin);
  const { signIn } = held;
  const subscribe = useCallback((changed: () => void) => signIn.subscribe(changed), [signIn]);
  const current = () => signIn.state;
  const state = useSyncExternalStore(subscribe, current, current);
  // A form that is gone must not sign anybody in with a text message that comes later.
  useEffect(() => () => signIn.reset(), [signIn]);
  const calls = useMemo(() => callsOf(signIn), [signIn]);
  return useMemo(() => ({ ...state, ...calls }), [state, calls]);
}

/** As functions of their own, for event handlers. */
function callsOf(signIn: SignIn): Omit<SignIn, 'state' | 'subscribe'> {
  return {
    sendCode: (input) => signIn.sendCode(input),
    resend: (input) => signIn.resend(input),
    enterCode: (input) => signIn.enterCode(input),
    register: (input) => signIn.register(input),
    prove: (input) => signIn.prove(input),
    reset: () => signIn.reset(),
  };
}
