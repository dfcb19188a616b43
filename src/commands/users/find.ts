import { CommandError } from '../../platform/startup-error.js';
import { MOST_AT_ONCE } from '../../admin/pages.js';
import { jsonOf, lineOf } from './tell-user.js';
import type { Told, UserWord, WordCall } from './word.js';

export const find: UserWord = {
  usage: 'TEXT             by number, id, whole email or username, or the beginning of a name',
  options: {},
  takes: [1, Number.POSITIVE_INFINITY],
  run: findUsers,
};

async function findUsers({ users, given }: WordCall): Promise<Told> {
  const search = given.join(' ');
  if (search.trim() === '') throw new CommandError('say what to look for.');
  const outcome = await users.list({ search, orderBy: 'LAST_USED_AT_DESC', first: MOST_AT_ONCE });
  if (outcome.kind !== 'page') throw new Error(`The list of users said ${outcome.kind}.`);
  const { edges, hasNextPage } = outcome;
  const found = edges.map(({ node }) => node);
  const more = hasNextPage ? [`These are the ${MOST_AT_ONCE} that were used last. There are more.`] : [];
  const lines = found.length === 0 ? ['Nobody is found.'] : [...found.map(lineOf), ...more];
  return { text: lines.join('\n'), json: { users: found.map(jsonOf), more: hasNextPage } };
}
