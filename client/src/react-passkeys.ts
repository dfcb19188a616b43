'use client';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { AccountsError } from './accounts-error.js';
import type {
  AddPasskeyResult,
  PasskeyProofResult,
  Passkeys,
  PasskeySignInOptions,
  PasskeySignInResult,
} from './passkeys.js';
import type { Passkey, RemovePasskeyResult, RenamePasskeyResult } from './schema-types.js';

type Result = AddPasskeyResult | PasskeySignInResult | PasskeyProofResult | RenamePasskeyResult | RemovePasskeyResult;
/** What the user can act on: a result that is no success. */
export type PasskeyFailure = Exclude<Result, { readonly passkey: unknown } | { readonly tokens: unknown }>;

export interface PasskeysState {
  /** Whether the browser has passkeys. False on servers and while a page is hydrated. */
  readonly supported: boolean;
  /** Whether the browser or an answer is awaited. */
  readonly busy: boolean;
  /** What the last call answered, if that was no success. */
  readonly failure: PasskeyFailure | null;
  /** What kept the last call from being answered, such as a user who chose no passkey. */
  readonly error: AccountsError | null;
  /** Those of the user, with `list`. Undefined: not known yet. */
  readonly passkeys: readonly Passkey[] | undefined;
}

export interface UsePasskeys extends PasskeysState {
  add(input?: { readonly name?: string }): Promise<AddPasskeyResult | null>;
  signIn(options?: Omit<PasskeySignInOptions, 'autofill'>): Promise<PasskeySignInResult | null>;
  prove(): Promise<PasskeyProofResult | null>;
  rename(input: { readonly id: string; readonly name: string }): Promise<RenamePasskeyResult | null>;
  remove(input: { readonly id: string }): Promise<RemovePasskeyResult | null>;
}

export interface PasskeysSettings {
  /** Whether the browser offers passkeys in the field for the number while this component is there, and the user signed out. */
  readonly autofill?: boolean;
  /** Whether to read the passkeys of the signed-in user, and again after each change. */
  readonly list?: boolean;
}

const QUIET = { busy: false, failure: null, error: null } as const;
const never = () => () => {};

/** Passkeys for a form or a settings page. Its calls throw nothing: failure and error are in the state, and the call gives null. */
export function usePasskeys(
  passkeys: Passkeys,
  { autofill = false, list = false }: PasskeysSettings = {},
): UsePasskeys {
  const [state, setState] = useState<Omit<PasskeysState, 'supported' | 'passkeys'>>(QUIET);
  const [known, setKnown] = useState<readonly Passkey[]>();
  const [changes, setChanges] = useState(0);
  const supported = useSyncExternalStore(
    never,
    () => passkeys.supported,
    () => false,
  );
  const run = useCallback(async <Each extends Result>(call: () => Promise<Each | null>): Promise<Each | null> => {
    setState({ ...QUIET, busy: true });
    try {
      const result = await call();
      setState({ ...QUIET, failure: result && failureOf(result) });
      if (result && 'passkey' in result) setChanges((count) => count + 1);
      return result;
    } catch (error) {
      setState({ ...QUIET, error: error instanceof AccountsError ? error : null });
      if (error instanceof AccountsError) return null;
      throw error;
    }
  }, []);
  const fail = useCallback((failure: PasskeyFailure) => setState({ ...QUIET, failure }), []);
  useAutofill(passkeys, autofill && !state.busy, fail);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change is a reason to read them again.
  useEffect(() => {
    let gone = false;
    const take = (read: readonly Passkey[]) => !gone && setKnown(read);
    if (list) passkeys.list().then(take, () => {});
    return () => {
      gone = true;
    };
  }, [passkeys, list, changes]);
  return {
    ...state,
    supported,
    passkeys: known,
    add: (input) => run(() => passkeys.add(input)),
    signIn: (options) => run(() => passkeys.signIn(options)),
    prove: () => run(() => passkeys.prove()),
    rename: (input) => run(() => passkeys.rename(input)),
    remove: (input) => run(() => passkeys.remove(input)),
  };
}

/** It begins again after a call of the user has ended it. An error before the user chose a passkey is no concern of one who types a number. */
function useAutofill(passkeys: Passkeys, wanted: boolean, fail: (failure: PasskeyFailure) => void): void {
  useEffect(() => {
    if (!wanted) return;
    const over = new AbortController();
    passkeys.signIn({ autofill: true, signal: over.signal }).then(
      (result) => {
        const failure = result && failureOf(result);
        if (failure && !over.signal.aborted) fail(failure);
      },
      () => {},
    );
    return () => over.abort();
  }, [passkeys, wanted, fail]);
}

function failureOf(result: Result): PasskeyFailure | null {
  return 'passkey' in result || 'tokens' in result ? null : result;
}
