import { Api } from './api.js';
import type { People, Person } from './people.js';

/** What a process keeps in memory has bounds (docs/production.md). These are enough to reach them. */
const TOKENS = 12_000;
const DOCUMENTS = 60;
const NETWORKS = 51_000;
/** So many of them call three fields. */
const CALLING_NETWORKS = 17_000;
/** A document may have 1,000 tokens, and few fields that repeat others. The service skips this list, and parses it. */
const LONG = `{ __typename events(kinds: [${'USER_CREATED '.repeat(900)}]) @skip(if: true) { __typename } }`;
const AT_ONCE = 4;

/** Requests and fields are counted by client network. None of these costs a statement. */
const NO_FIELD = '{ __typename }';
const THREE_FIELDS = '{ me { id } signInOptions { __typename } otpDelivery(requestToken: "none") { __typename } }';

/**
 * Fills what each process keeps in memory, as many users would do in a day: verified access tokens, parsed documents, and
 * requests and calls by client network. Otherwise all this would fill during the run, and would look like a leak.
 */
export async function fill(urls: readonly string[], { people, person }: { people: People; person: Person }) {
  const tokens = await freshTokens(people, person);
  await Promise.all(urls.map((url) => fillProcess(new Api([url]), tokens)));
}

async function fillProcess(api: Api, tokens: readonly string[]): Promise<void> {
  await inTurns(tokens.length, (index) => api.ask('{ me { id } }', { accessToken: tokens[index] }));
  await inTurns(DOCUMENTS, (index) => api.ask(`query Q${index} ${LONG}`, {}));
  await inTurns(NETWORKS, (index) =>
    api.ask(index < CALLING_NETWORKS ? THREE_FIELDS : NO_FIELD, { forwardedFor: addressIn(index) }),
  );
  api.close();
}

/** Each refresh gives another access token. */
async function freshTokens(people: People, person: Person): Promise<string[]> {
  const tokens: string[] = [];
  const sessions = await Promise.all(Array.from({ length: AT_ONCE }, () => people.login(person)));
  await inTurns(TOKENS, async (index) => {
    const answer = sessions[index % AT_ONCE];
    const refreshed = answer ? await people.refresh(answer) : null;
    if (!refreshed?.tokens) return null;
    sessions[index % AT_ONCE] = refreshed;
    tokens.push(refreshed.tokens.accessToken);
    return 200;
  });
  return tokens;
}

/** Some at a time. @throws when one is not answered with HTTP 200. */
async function inTurns(count: number, ask: (index: number) => Promise<number | null>): Promise<void> {
  const turns = Array.from({ length: AT_ONCE }, async (_, first) => {
    for (let index = first; index < count; index += AT_ONCE) {
      const status = await ask(index);
      if (status !== 200) throw new Error(`The caches could not be filled: HTTP ${status}.`);
    }
  });
  await Promise.all(turns);
}

/** Each address is in a network of its own (/24). */
function addressIn(network: number): string {
  return `100.${network >> 8}.${network & 255}.1`;
}
