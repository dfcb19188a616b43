import type { SignInOptions } from '@phone-accounts/client';
import { useCallback, useEffect, useState } from 'react';
import { accounts } from './accounts.js';

interface Asked {
  readonly options?: SignInOptions;
  /** What kept the service from answering. */
  readonly error?: Error;
}

/** What the form needs to know, asked for while the session resumes, and by `ask` once more. */
export function useSignInOptions(): Asked & { readonly ask: () => void } {
  const [asked, setAsked] = useState<Asked>({});
  const ask = useCallback(() => {
    setAsked({});
    accounts.signInOptions().then(
      (options) => setAsked({ options }),
      (error: Error) => setAsked({ error }),
    );
  }, []);
  useEffect(ask, [ask]);
  return { ...asked, ask };
}
