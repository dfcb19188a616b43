import { countDown } from './clock.js';
import { changesSession, documentOf, type OperationName, takesInput } from './documents.js';
import type { Exclusive } from './exclusive.js';
import type { Remembered } from './remembered.js';
import type { Tokens, User } from './schema-types.js';
import type { SessionKeeper } from './session-keeper.js';
import { dataOf, type GraphqlAnswer, isRefused, type Transport } from './transport.js';

export type Input = Readonly<Record<string, unknown>>;

export interface CallerParts {
  readonly http: Transport;
  readonly keeper: SessionKeeper;
  readonly lock: Exclusive;
  readonly remembered: Remembered;
  readonly locale: string | undefined;
}

/** What calls read of results, whichever type they have. */
interface Result extends Input {
  readonly tokens?: Tokens;
  readonly user?: User;
  readonly session?: { readonly current: boolean };
}

/** Calls operations of the service: with what is remembered, and so that the session follows their results. */
export function caller(parts: CallerParts): (name: OperationName, input?: Input) => Promise<unknown> {
  const { keeper, lock, remembered, locale } = parts;
  return async (name, input = {}) => {
    const spoken = locale && name.startsWith('request') ? { locale, ...input } : input;
    const given = await remembered.fill(name, spoken);
    const changing = changesSession(name);
    const send = (token: string | null, current: () => Promise<string | null>) => {
      if (!changing) return post(parts.http, name, { given, token });
      return lock(async () => sendChange(parts, name, { given, token: await current() }));
    };
    const answer = await keeper.use(send, (each) => isRefused(each, documentOf(name)));
    const [result] = Object.values(dataOf(answer)) as [Result | null];
    if (!result) return result;
    await remembered.learn(name, given, result);
    const user = name === 'me' ? (result as unknown as User) : result.user;
    if (user && !changing) await keeper.update(user);
    if (name === 'deleteAccount' || result.session?.current) await keeper.check();
    return countDown(result);
  };
}

interface Sent {
  readonly given: Input;
  readonly token: string | null;
}

function post(http: Transport, name: OperationName, { given, token }: Sent): Promise<GraphqlAnswer> {
  return http.post({ query: documentOf(name), variables: takesInput(name) ? { input: given } : given, token });
}

/** With the lock: the session follows before anything else is sent. */
async function sendChange({ http, keeper }: CallerParts, name: OperationName, sent: Sent): Promise<GraphqlAnswer> {
  const given = name === 'logout' ? { refreshToken: await keeper.refreshToken() } : sent.given;
  const answer = await post(http, name, { ...sent, given });
  const result = (answer.data as Record<string, Result | null> | null | undefined)?.[name];
  const user = result?.user ?? keeper.session?.user;
  if (result?.tokens && user) await keeper.begin(result.tokens, user);
  if (result && name.startsWith('logout') && !given['keepCurrent']) await keeper.end();
  return answer;
}
