import { CommandError } from '../../platform/startup-error.js';
import { type Role, roles } from '../../users/user.table.js';
import { actsOf, done, told } from './act.js';
import type { Told, UserWord, WordCall } from './word.js';

export const role: UserWord = {
  usage: `NUMBER|ID ${roles.join('|')}   gives the account a role. Its sessions end`,
  options: {},
  takes: [2, 2],
  run: giveRole,
};

async function giveRole({ named, given: [account = '', typed = ''], ...call }: WordCall): Promise<Told> {
  const { id } = await named(account);
  const to = readRole(typed);
  const { updateUser, acting } = actsOf(call);
  const { user, hasChanged } = done(await updateUser.update(acting, { id, role: to }));
  const what = hasChanged
    ? `The account has the role ${to} now.`
    : `Nothing was changed: the account had the role ${to} before.`;
  return told(what, user);
}

function readRole(typed: string): Role {
  const found = roles.find((each) => each === typed.toUpperCase());
  if (found === undefined) throw new CommandError(`${typed} is no role. There are ${roles.join(', ')}.`);
  return found;
}
