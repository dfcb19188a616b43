import { actsOf, done, sessionsInWords } from './act.js';
import type { Told, UserWord, WordCall } from './word.js';

export const signOut: UserWord = {
  usage: 'NUMBER|ID    ends all sessions, and forgets all devices',
  options: {},
  takes: [1, 1],
  run: signUserOut,
};

async function signUserOut({ named, given: [account = ''], ...call }: WordCall): Promise<Told> {
  const { id } = await named(account);
  const { acts, acting } = actsOf(call);
  const { endedSessions } = done(await acts.endSessions(acting, id));
  return { text: sessionsInWords(endedSessions), json: { id, endedSessions } };
}
