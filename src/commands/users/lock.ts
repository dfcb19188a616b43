import { CommandError } from '../../platform/startup-error.js';
import { actsOf, done, required, sessionsInWords, told } from './act.js';
import type { Told, UserWord, WordCall } from './word.js';

export const lock: UserWord = {
  usage: 'NUMBER|ID --reason TEXT [--until 2026-12-31]   nothing opens the account, and its sessions end',
  options: { reason: { type: 'string' }, until: { type: 'string' } },
  takes: [1, 1],
  run: lockUser,
};

export const unlock: UserWord = {
  usage: 'NUMBER|ID      lifts the lock',
  options: {},
  takes: [1, 1],
  run: unlockUser,
};

async function lockUser({ named, given: [account = ''], options, ...call }: WordCall): Promise<Told> {
  const reason = required(options['reason'], '--reason TEXT');
  const until = readUntil(options['until']);
  const { id } = await named(account);
  const { acts, acting } = actsOf(call);
  const { user, endedSessions } = done(await acts.lock(acting, { id, reason, until }));
  const end = until === null ? 'until it is unlocked' : `until ${until.toISOString()}`;
  return told(`The account is locked ${end}. ${sessionsInWords(endedSessions)}`, user);
}

async function unlockUser({ named, given: [account = ''], ...call }: WordCall): Promise<Told> {
  const { id } = await named(account);
  const { acts, acting } = actsOf(call);
  const { user, wasLocked } = done(await acts.unlock(acting, id));
  return told(wasLocked ? 'The lock is lifted.' : 'Nothing was changed: the account was not locked.', user);
}

function readUntil(text: string | boolean | undefined): Date | null {
  if (text === undefined) return null;
  const until = new Date(String(text));
  if (Number.isNaN(until.getTime()))
    throw new CommandError('--until is no time. Write 2026-12-31 or 2026-12-31T12:00Z.');
  return until;
}
