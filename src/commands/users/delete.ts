import { CommandError } from '../../platform/startup-error.js';
import { actsOf, done, required } from './act.js';
import { lineOf } from './tell-user.js';
import type { Told, UserWord, WordCall } from './word.js';

export const deleteWord: UserWord = {
  usage: 'NUMBER|ID --reason TEXT --yes   deletes the account at once, and everything that is kept about its owner',
  options: { reason: { type: 'string' }, yes: { type: 'boolean' } },
  takes: [1, 1],
  run: deleteUser,
};

async function deleteUser({ named, given: [account = ''], options, ...call }: WordCall): Promise<Told> {
  const reason = required(options['reason'], '--reason TEXT');
  const user = await named(account);
  if (options['yes'] !== true) throw new CommandError(`this cannot be undone. Say --yes to delete\n${lineOf(user)}`);
  const { acts, acting } = actsOf(call);
  const { deletedAt } = done(await acts.delete(acting, { id: user.id, reason }));
  return { text: `The account ${user.id} is deleted.`, json: { id: user.id, deletedAt } };
}
