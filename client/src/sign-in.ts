import type { Accounts } from './accounts.js';
import { AccountsError } from './accounts-error.js';
import { earlierCode, forgetCode, noteCode } from './earlier-code.js';
import { tellAll } from './listeners.js';
import type {
  ContinueSignInInput,
  ContinueSignInResult,
  FurtherProofRequiredError,
  RegisterInput,
  RegisterResult,
  RegisterSuccess,
  RequestOtpInput,
  RequestOtpResult,
  RequestOtpSuccess,
  User,
  VerifyOtpInput,
  VerifyOtpResult,
  VerifyOtpSuccess,
} from './schema-types.js';
import { codeFromText } from './web-otp.js';

type Result = RequestOtpResult | VerifyOtpResult | RegisterResult | ContinueSignInResult;
type SignedIn = VerifyOtpSuccess | RegisterSuccess;
/** What the user can act on: a result that is no success. */
export type SignInFailure = Exclude<Result, { readonly user: unknown } | RequestOtpSuccess>;

interface Steps {
  /** The number is to be typed. */
  readonly idle: object;
  /** The code is to be typed. */
  readonly code: {
    readonly sent: RequestOtpSuccess;
    /** Seconds until "Resend" does something, counted down. */
    readonly resendInSeconds: number;
    /** Seconds until the code expires, counted down. */
    readonly expiresInSeconds: number;
  };
  /** The code was right, and the number needs an account: ask for what `signInOptions.registrationFields` names. */
  readonly register: { readonly sent: RequestOtpSuccess };
  /** The account needs one more proof, by one of its `methods`. */
  readonly proof: { readonly proof: FurtherProofRequiredError };
  readonly done: {
    readonly user: User;
    readonly newMember: boolean;
    /** Whether to offer the user a passkey now (`createPasskeys`, docs/passkeys.md). */
    readonly passkeySuggested: boolean;
  };
}

/** Where a sign-in is, as a value that is replaced with each change. */
export type SignInState = {
  [Step in keyof Steps]: {
    readonly step: Step;
    /** Whether an answer is awaited. */
    readonly busy: boolean;
    /** What the last call answered, if that was no success. Its seconds count down. */
    readonly failure: SignInFailure | null;
    /** What kept the last call from being answered, such as a network that failed. */
    readonly error: AccountsError | null;
  } & Steps[Step];
}[keyof Steps];

export type SignInDone = SignInState & { readonly step: 'done' };

/** Sign-in by code, in steps: idle → code → done, with `register` or `proof` between where they are needed. */
export interface SignIn {
  readonly state: SignInState;
  subscribe(listener: (state: SignInState) => void): () => void;
  /**
   * Asks for a code. The state has what became of it; nothing is thrown. Where it is too early for another code to the same
   * number, and this client holds an earlier one that is still good, the step is `code`.
   */
  sendCode(input: RequestOtpInput): Promise<SignInState>;
  /** Sends the code to the same number again, by another channel if one is given. */
  resend(input?: Partial<RequestOtpInput>): Promise<SignInState>;
  enterCode(input: string | (Partial<VerifyOtpInput> & Pick<VerifyOtpInput, 'otp'>)): Promise<SignInState>;
  /** Registers the number with the code that was entered. */
  register(input?: Partial<RegisterInput>): Promise<SignInState>;
  prove(input: Partial<ContinueSignInInput>): Promise<SignInState>;
  /** Back to the number. Answers that are still to come change nothing. */
  reset(): void;
}

export interface SignInSettings {
  /** Whether the code is taken from the text message where the browser offers it (WebOTP): true unless given. */
  readonly readText?: boolean;
  /**
   * Is told of each sign-in that is done, also where the form is gone by then because the page shows something else to
   * users. There is the place to offer a passkey.
   */
  readonly onDone?: (done: SignInDone) => void;
}

const QUIET = { busy: false, failure: null, error: null } as const;

export function createSignIn(accounts: Accounts, settings: SignInSettings = {}): SignIn {
  return new SignInMachine(accounts, settings);
}

class SignInMachine implements SignIn {
  readonly #accounts: Accounts;
  readonly #settings: SignInSettings;
  readonly #listeners = new Set<(state: SignInState) => void>();
  #state: SignInState = { step: 'idle', ...QUIET };
  #asked: RequestOtpInput | null = null;
  #sent: RequestOtpSuccess | null = null;
  #otp = '';
  /** Of the step: a new one ends what waits for a text message, and answers that come late. */
  #round = new AbortController();
  #running: Promise<SignInState> | null = null;
  #ticking: ReturnType<typeof setTimeout> | undefined;

  constructor(accounts: Accounts, settings: SignInSettings) {
    this.#accounts = accounts;
    this.#settings = settings;
  }

  get state(): SignInState {
    return this.#state;
  }

  subscribe(listener: (state: SignInState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  sendCode(input: RequestOtpInput): Promise<SignInState> {
    return this.#run(async () => {
      this.#asked = input;
      const result = await this.#accounts.requestOtp(input);
      if (result.__typename === 'RequestOtpSuccess') await noteCode(this.#accounts, input, result);
      if (result.__typename !== 'TooManyRequestsError' || this.#state.step === 'code') return result;
      return (await earlierCode(this.#accounts, input, result)) ?? result;
    });
  }

  resend(input: Partial<RequestOtpInput> = {}): Promise<SignInState> {
    const { captchaToken: _used, ...asked } = this.#asked ?? { phoneNumber: '' };
    return this.sendCode({ ...asked, ...input });
  }

  enterCode(input: string | (Partial<VerifyOtpInput> & Pick<VerifyOtpInput, 'otp'>)): Promise<SignInState> {
    const given = typeof input === 'string' ? { otp: input } : input;
    return this.#run(() => {
      this.#otp = given.otp;
      return this.#accounts.verifyOtp({ ...this.#number(), ...given });
    });
  }

  register(input: Partial<RegisterInput> = {}): Promise<SignInState> {
    const code = this.#otp ? { verificationCode: this.#otp } : {};
    return this.#run(() => this.#accounts.register({ phoneNumber: '', ...this.#number(), ...code, ...input }));
  }

  prove(input: Partial<ContinueSignInInput>): Promise<SignInState> {
    return this.#run(() => this.#accounts.continueSignIn(input));
  }

  reset(): void {
    this.#sent = null;
    this.#otp = '';
    this.#next({ step: 'idle', ...QUIET });
  }

  #number() {
    return this.#sent && { phoneNumber: this.#sent.phoneNumber };
  }

  /** A press while an answer is awaited changes nothing. */
  #run(call: () => Promise<Result>): Promise<SignInState> {
    if (this.#state.busy) return Promise.resolve(this.#state);
    this.#running = this.#await(call);
    return this.#running;
  }

  async #await(call: () => Promise<Result>): Promise<SignInState> {
    this.#set({ ...this.#state, busy: true });
    const { signal } = this.#round;
    try {
      const result = await call();
      if ('user' in result) this.#done(result, signal);
      else if (!signal.aborted) this.#take(result);
    } catch (error) {
      const known = error instanceof AccountsError ? error : null;
      if (!signal.aborted) this.#set({ ...this.#state, busy: false, failure: null, error: known });
      if (!known) throw error;
    }
    return this.#state;
  }

  #done(result: SignedIn, { aborted }: AbortSignal): void {
    const { user, passkeySuggested } = result;
    void forgetCode(this.#accounts);
    const newMember = result.__typename === 'RegisterSuccess' || result.newMember;
    const done = { step: 'done', ...QUIET, user, newMember, passkeySuggested } as const;
    if (!aborted) this.#next(done);
    this.#settings.onDone?.(done);
  }

  #take(result: Exclude<Result, SignedIn>): void {
    switch (result.__typename) {
      case 'RequestOtpSuccess':
        this.#sent = result;
        this.#next({ step: 'code', ...QUIET, sent: result, ...countsOf(result) });
        this.#tick(result);
        this.#readText();
        break;
      case 'FurtherProofRequiredError':
        // It has used the code up.
        void forgetCode(this.#accounts);
        this.#next({ step: 'proof', ...QUIET, proof: result });
        break;
      case 'RegistrationRequiredError':
        if (this.#sent) this.#next({ step: 'register', ...QUIET, sent: this.#sent });
        break;
      case 'InvalidOtpError':
        if (result.attemptsRemaining === 0) void forgetCode(this.#accounts);
        this.#set({ ...this.#state, ...QUIET, failure: result });
        break;
      default:
        this.#set({ ...this.#state, ...QUIET, failure: result });
    }
  }

  #next(state: SignInState): void {
    clearTimeout(this.#ticking);
    this.#round.abort();
    this.#round = new AbortController();
    this.#set(state);
  }

  #set(state: SignInState): void {
    this.#state = state;
    tellAll(this.#listeners, state);
  }

  #tick(sent: RequestOtpSuccess): void {
    this.#ticking = setTimeout(() => {
      if (this.#state.step !== 'code') return;
      this.#set({ ...this.#state, ...countsOf(sent) });
      if (sent.expiresInSeconds > 0 || sent.resendAfterSeconds > 0) this.#tick(sent);
    }, 1000);
    // A countdown keeps no process of Node alive.
    (this.#ticking as { unref?(): void }).unref?.();
  }

  async #readText(): Promise<void> {
    if (this.#settings.readText === false) return;
    const { signal } = this.#round;
    const otp = await codeFromText(signal);
    try {
      while (otp && !signal.aborted) {
        if (!this.#state.busy) return void (await this.enterCode(otp));
        // What the user pressed before comes first.
        await this.#running?.catch(() => {});
      }
    } catch {
      // The user can still type the code.
    }
  }
}

function countsOf({ resendAfterSeconds, expiresInSeconds }: RequestOtpSuccess) {
  return { resendInSeconds: resendAfterSeconds, expiresInSeconds };
}
