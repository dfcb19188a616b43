import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { Accounts } from './accounts.js';
import { AccountsError } from './accounts-error.js';
import { inTurn } from './passkey-ceremony.js';
import { listDocument, passkeyDocuments } from './passkey-documents.js';
import type {
  FinishPasskeyRegistrationResult,
  FinishPasskeySignInResult,
  InvalidCredentialsError,
  Passkey,
  PasskeyOperations,
  ReauthenticateResult,
  RemovePasskeyResult,
  RenamePasskeyResult,
  StartPasskeyRegistrationResult,
  StartPasskeySignInResult,
} from './schema-types.js';

/** Seconds after which a field for numbers gets a new challenge: one is good for five minutes. */
const RENEW_AFTER = 240;

/** The service does not accept this passkey (any more). The user signs in another way, and may add it anew. */
export interface PasskeyRefused {
  readonly __typename: 'InvalidCredentialsError';
  readonly message: string;
  /** `messageFor` has a text for it. */
  readonly reason: 'PASSKEY';
}

type Failures<Result> = Exclude<Result, { readonly options: unknown }>;
type WithRefused<Result> = Exclude<Result, InvalidCredentialsError> | PasskeyRefused;

export type AddPasskeyResult = Failures<StartPasskeyRegistrationResult> | FinishPasskeyRegistrationResult;
export type PasskeySignInResult = Failures<StartPasskeySignInResult> | WithRefused<FinishPasskeySignInResult>;
export type PasskeyProofResult = Failures<StartPasskeySignInResult> | WithRefused<ReauthenticateResult>;

export interface PasskeySignInOptions {
  /**
   * Whether the browser offers passkeys in the field for the number (`autocomplete="tel webauthn"`), until the user signs
   * in. Where it cannot, nothing happens.
   */
  readonly autofill?: boolean;
  /** Then no other account opens. */
  readonly phoneNumber?: string;
  /** Of a `FurtherProofRequiredError` with `PASSKEY` in `methods`. */
  readonly continuationToken?: string;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * Passkeys in a browser. Calls answer with results of the schema, or with null where something else ended the wait before
 * the user chose: `signal`, or the next call. What the browser says is thrown as `AccountsError`: `PASSKEY_CANCELLED` (the
 * user chose none, or there is none), `PASSKEY_EXISTS` (this device has one of the account), `PASSKEY_UNSUPPORTED`, or
 * `PASSKEY_FAILED` with its `cause`.
 */
export interface Passkeys {
  /** Whether the browser has passkeys. False on servers. */
  readonly supported: boolean;
  /** Whether to offer a passkey after a sign-in: the service suggests it, and the device can make one without another device. */
  suits(signedIn: { readonly passkeySuggested: boolean }): Promise<boolean>;
  /** Adds a passkey to the account of the session. @param name what the user calls it; absent: browser and system */
  add(input?: { readonly name?: string | undefined }): Promise<AddPasskeyResult | null>;
  /** Signs a user in who is signed out. The session of the accounts follows. */
  signIn(options?: PasskeySignInOptions): Promise<PasskeySignInResult | null>;
  /** Proves anew who the user is, for changes that ask for it. */
  prove(): Promise<PasskeyProofResult | null>;
  list(): Promise<readonly Passkey[]>;
  rename(input: { readonly id: string; readonly name: string }): Promise<RenamePasskeyResult>;
  remove(input: { readonly id: string }): Promise<RemovePasskeyResult>;
}

export function createPasskeys(accounts: Accounts): Passkeys {
  return new BrowserPasskeys(accounts);
}

class BrowserPasskeys implements Passkeys {
  readonly #accounts: Accounts;

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  get supported(): boolean {
    return browserSupportsWebAuthn();
  }

  async suits({ passkeySuggested }: { readonly passkeySuggested: boolean }): Promise<boolean> {
    return passkeySuggested && (await platformAuthenticatorIsAvailable());
  }

  async add({ name }: { readonly name?: string | undefined } = {}): Promise<AddPasskeyResult | null> {
    this.#require();
    const started = await this.#call('startPasskeyRegistration');
    if (started.__typename !== 'StartPasskeyRegistrationSuccess') return started;
    const optionsJSON = started.options as Parameters<typeof startRegistration>[0]['optionsJSON'];
    const response = await inTurn(() => startRegistration({ optionsJSON }));
    return response && this.#call('finishPasskeyRegistration', { input: { response, name } });
  }

  async signIn({ autofill = false, ...options }: PasskeySignInOptions = {}): Promise<PasskeySignInResult | null> {
    if (autofill) return this.#autofill(options);
    this.#require();
    if (await this.#accounts.ready) throw new TypeError('Somebody is signed in. Sign out first, or call prove.');
    const result = await this.#ask(options);
    return result === 'renew' ? null : result;
  }

  async prove(): Promise<PasskeyProofResult | null> {
    this.#require();
    const started = await this.#call('startPasskeySignIn', { input: {} });
    if (started.__typename !== 'StartPasskeySignInSuccess') return started;
    const passkeyResponse = await inTurn(() => startAuthentication({ optionsJSON: ofSignIn(started) }));
    return passkeyResponse && told(await this.#accounts.reauthenticate({ passkeyResponse }));
  }

  async list(): Promise<readonly Passkey[]> {
    const { me } = await this.#accounts.request<{ me: { passkeys: readonly Passkey[] } }>(listDocument);
    return me.passkeys;
  }

  rename(input: { readonly id: string; readonly name: string }): Promise<RenamePasskeyResult> {
    return this.#call('renamePasskey', input);
  }

  remove(input: { readonly id: string }): Promise<RemovePasskeyResult> {
    return this.#call('removePasskey', input);
  }

  #require(): void {
    if (!this.supported) throw Object.assign(new AccountsError('PASSKEY_UNSUPPORTED'), { temporary: false });
  }

  /** Asks again with a new challenge before the last one expires, for as long as the page is open and signed out. */
  async #autofill({ signal, ...options }: PasskeySignInOptions): Promise<PasskeySignInResult | null> {
    if (!(await browserSupportsWebAuthnAutofill()) || (await this.#accounts.ready)) return null;
    const over = new AbortController();
    const end = () => over.abort();
    const stop = this.#accounts.subscribe((session) => session && end());
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    try {
      while (!over.signal.aborted) {
        const result = await this.#ask({ ...options, signal: over.signal }, RENEW_AFTER);
        if (result !== 'renew') return result;
      }
      return null;
    } finally {
      stop();
      signal?.removeEventListener('abort', end);
    }
  }

  async #ask(
    { phoneNumber, continuationToken, signal }: PasskeySignInOptions,
    renewAfter?: number,
  ): Promise<PasskeySignInResult | null | 'renew'> {
    const started = await this.#call('startPasskeySignIn', { input: { phoneNumber } });
    if (started.__typename !== 'StartPasskeySignInSuccess') return started;
    const useBrowserAutofill = renewAfter !== undefined;
    const ask = () => startAuthentication({ optionsJSON: ofSignIn(started), useBrowserAutofill });
    const response = await inTurn(ask, { signal, renewAfter });
    if (response === null || response === 'renew') return response;
    return told(await this.#accounts.finishPasskeySignIn({ response, continuationToken }));
  }

  #call<Name extends keyof PasskeyOperations>(name: Name, variables: object = {}) {
    const answered = this.#accounts.request<Record<string, unknown>, object>(passkeyDocuments[name], variables);
    return answered.then((data) => data[name]) as ReturnType<PasskeyOperations[Name]>;
  }
}

function ofSignIn({ options }: { readonly options: unknown }) {
  return options as Parameters<typeof startAuthentication>[0]['optionsJSON'];
}

/** A passkey cannot be guessed, so there are no attempts left to tell of. */
function told<Result extends { readonly __typename: string }>(result: Result): WithRefused<Result> {
  if (result.__typename !== 'InvalidCredentialsError') return result as WithRefused<Result>;
  const { message } = result as unknown as InvalidCredentialsError;
  return { __typename: 'InvalidCredentialsError', message, reason: 'PASSKEY' };
}
