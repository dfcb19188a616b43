import { type Accounts, type AccountsOptions, createAccounts, memoryStorage } from '../../../client/src/index.js';
import type { TestService } from '../service.js';

/** A client as a server, a script or a phone has it: it keeps its refresh token itself. */
export function clientOf({ url }: TestService, options: Partial<AccountsOptions> = {}): Accounts {
  return createAccounts({ url: `${url}/graphql`, storage: memoryStorage(), ...options });
}

/** Signs somebody in by code. */
export async function signInWith(accounts: Accounts, { phone }: TestService, phoneNumber: string): Promise<void> {
  await accounts.requestOtp({ phoneNumber });
  const result = await accounts.verifyOtp({ otp: phone.code(phoneNumber) });
  if (result.__typename !== 'VerifyOtpSuccess') throw new Error(`Not signed in: ${JSON.stringify(result)}`);
}

export interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly variables: { readonly input?: Readonly<Record<string, unknown>> };
}

/** A network that writes down what it carries, and fails as the test says. */
export class WatchedNetwork {
  readonly sent: Sent[] = [];
  /** In place of the next answers: a status, or `null` for a network that is down; undefined: the answer itself. */
  readonly failures: (number | null | undefined)[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
    this.sent.push({ url: String(input), headers: new Headers(init?.headers), variables: body.variables ?? {} });
    const failure = this.failures.shift();
    if (failure === null) throw new TypeError('fetch failed');
    if (failure !== undefined) return new Response('<h1>Bad gateway</h1>', { status: failure });
    return fetch(input, init);
  };

  /** The input of the latest call. */
  get latest(): Readonly<Record<string, unknown>> {
    return this.sent.at(-1)?.variables.input ?? {};
  }
}
