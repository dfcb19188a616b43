import type { Person, Session } from './person.js';
import type { Data, Outcome } from './soak-api.js';
import { type Talk, Uncertain } from './talk.js';

/** Shares of refreshes: the first answer is lost, or several calls come at once. */
const [LOST_ANSWER, AT_ONCE] = [0.2, 0.2];
/** Below `REFRESH_GRACE`, in which a replaced token is good. */
const REPEATED_FOR_MS = 28_000;
/** `ACCESS_TOKEN_TTL` is 15 minutes. */
const REFRESHED_FOR_MS = 13 * 60_000;

/** What people do in a session, and what must not work when it is over. */
export class Sessions {
  readonly #talk: Talk;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Reads the account, after a refresh where the access token is old. */
  async look(person: Person, session: Session): Promise<Session> {
    const isOld = performance.now() - session.refreshedAt > REFRESHED_FOR_MS;
    const fresh = isOld ? await this.refresh(person, session) : session;
    await this.me(person, fresh);
    return fresh;
  }

  async me(person: Person, session: Session): Promise<void> {
    const settled = await this.#talk.settle('me', { accessToken: session.accessToken, address: person.address });
    if (settled.outcome.kind === 'refused' && settled.outcome.code === 'UNAUTHENTICATED') {
      this.#talk.world.findings.add('lost', `a session of ${person.id}: me is refused`);
      throw new Uncertain('me');
    }
    const { data } = this.#talk.must('me', settled, ['User']);
    this.#compare(person, data);
  }

  async refresh(person: Person, session: Session): Promise<Session> {
    const found = await this.#refreshed(person, session);
    const next = {
      accessToken: found.tokens?.accessToken ?? '',
      refreshToken: found.tokens?.refreshToken ?? '',
      refreshedAt: performance.now(),
    };
    person.replace(session, next);
    return next;
  }

  async logout(person: Person, session: Session): Promise<void> {
    const { refreshToken } = session;
    await this.#talk.ask('logout', { variables: { refreshToken }, address: person.address }, ['LogoutSuccess']);
    person.end(session);
    await this.checkEnded(person, session);
  }

  async logoutEverywhere(person: Person, session: Session): Promise<void> {
    const call = { accessToken: session.accessToken, address: person.address };
    const settled = await this.#talk.settle('logoutEverywhere', call);
    // The first call may have ended this session, too.
    const repeated = settled.unanswered > 0 ? ['UNAUTHENTICATED'] : [];
    this.#talk.must('logoutEverywhere', settled, ['LogoutEverywhereSuccess', ...repeated]);
    person.endAllBut(null);
    await this.checkEnded(person, session);
  }

  /** Neither token of a session that is over opens anything. */
  async checkEnded(person: Person, { accessToken, refreshToken }: Session): Promise<void> {
    const { findings } = this.#talk.world;
    const me = await this.#talk.settle('me', { accessToken, address: person.address });
    if (me.outcome.kind === 'answer') findings.add('ended session works', `me of ${person.id}`);
    const refresh = await this.#talk.settle('refreshSession', { variables: { refreshToken }, address: person.address });
    if (refresh.outcome.kind === 'answer' && refresh.outcome.type === 'RefreshSessionSuccess')
      findings.add('ended session works', `refreshSession of ${person.id}`);
    else this.#talk.must('refreshSession', refresh, ['InvalidTokenError']);
  }

  async #refreshed(person: Person, session: Session): Promise<Data> {
    const from = performance.now();
    const luck = this.#talk.world.random();
    if (luck < LOST_ANSWER) {
      const first = await this.#call(person, session);
      return this.#settled(person, session, { from, before: [first] });
    }
    if (luck < LOST_ANSWER + AT_ONCE) {
      const outcomes = await Promise.all([1, 2, 3].map(() => this.#call(person, session)));
      return this.#settled(person, session, { from, before: outcomes });
    }
    return this.#settled(person, session, { from, before: [] });
  }

  /** Asks once more with the old token: after lost answers and parallel calls, it still gives the same refresh token. */
  async #settled(
    person: Person,
    session: Session,
    { from, before }: { from: number; before: readonly Outcome[] },
  ): Promise<Data> {
    const call = { variables: { refreshToken: session.refreshToken }, address: person.address };
    const last = await this.#talk.settle('refreshSession', call);
    const outcomes = [...before, last.outcome];
    if (outcomes.some(isInvalid)) {
      if (performance.now() - from > REPEATED_FOR_MS) throw new Uncertain('refreshSession');
      this.#talk.world.findings.add('lost', `a session of ${person.id}: refreshSession is refused`);
      throw new Uncertain('refreshSession');
    }
    const { data } = this.#talk.must('refreshSession', last, ['RefreshSessionSuccess']);
    const tokens = outcomes.flatMap((outcome) =>
      outcome.kind === 'answer' ? (outcome.data.tokens?.refreshToken ?? []) : [],
    );
    // For 30 seconds a new refresh token is answered with itself, and then with a successor.
    const successors = tokens.filter((token) => token !== session.refreshToken);
    if (new Set(successors).size > 1)
      this.#talk.world.findings.add('doubled', `one refresh token of ${person.id} has two successors`);
    return data;
  }

  #call(person: Person, { refreshToken }: Session): Promise<Outcome> {
    return this.#talk.world.api.call('refreshSession', { variables: { refreshToken }, address: person.address });
  }

  #compare(person: Person, data: Data): void {
    const { findings } = this.#talk.world;
    const expected = {
      id: person.id,
      phoneNumber: person.phoneNumber,
      phoneVerified: person.phoneVerified,
      firstName: person.firstName,
      ...(person.email !== null && { email: person.email }),
    };
    for (const [name, value] of Object.entries(expected)) {
      const found = data[name as keyof typeof expected];
      if (found !== value) findings.add('lost', `${name} of ${person.id} is ${found}, and ${value} was acknowledged`);
    }
  }
}

function isInvalid(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.type === 'InvalidTokenError';
}
