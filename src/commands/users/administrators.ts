import { CommandError } from '../../platform/startup-error.js';
import type { User } from '../../users/user.js';
import { type Role, roles } from '../../users/user.table.js';
import { actsOf, done, told } from './act.js';
import { jsonOf, lineOf } from './tell-user.js';
import type { Told, UserWord, WordCall } from './word.js';

const STAFF = roles.filter((each) => each !== 'USER');
const ROLE = { role: { type: 'string' } } as const;

export const grant: UserWord = {
  usage: 'NUMBER|ID [--role SUPPORT]   makes somebody an administrator. Their sessions end',
  options: ROLE,
  takes: [1, 1],
  run: async ({ named, given: [account = ''], options, ...call }) => {
    const role = readRole(options['role']) ?? 'ADMIN';
    return give(await named(account), role, call);
  },
};

export const revoke: UserWord = {
  usage: 'NUMBER|ID                   takes the role away. Their sessions end',
  options: {},
  takes: [1, 1],
  run: async ({ named, given: [account = ''], ...call }) => give(await named(account), 'USER', call),
};

export const list: UserWord = {
  usage: '[--role ADMIN|SUPPORT]        everybody with a role',
  options: ROLE,
  takes: [0, 0],
  run: listStaff,
};

async function give({ id, role: before }: User, to: Role, call: Pick<WordCall, 'db' | 'clock'>): Promise<Told> {
  const { updateUser, acting } = actsOf(call);
  const { user, hasChanged } = done(await updateUser.update(acting, { id, role: to }));
  const what = hasChanged
    ? `The role is ${to} now. It was ${before}.`
    : `Nothing was changed: the role was ${to} before.`;
  return told(what, user);
}

async function listStaff({ users, options }: WordCall): Promise<Told> {
  const asked = readRole(options['role']);
  const found: User[] = [];
  for (const role of asked === null ? STAFF : [asked]) {
    let after: string | null = null;
    do {
      const page = await users.list({ filter: { role }, orderBy: 'CREATED_AT_ASC', first: 100, after });
      if (page.kind !== 'page') throw new Error(`The list of users said ${page.kind}.`);
      found.push(...page.edges.map(({ node }) => node));
      after = page.hasNextPage ? (page.edges.at(-1)?.cursor ?? null) : null;
    } while (after !== null);
  }
  const nobody = 'Nobody has a role. Make the first administrator: npm run admin -- grant NUMBER';
  return { text: found.map(lineOf).join('\n') || nobody, json: { users: found.map(jsonOf) } };
}

function readRole(typed: string | boolean | undefined): Exclude<Role, 'USER'> | null {
  if (typed === undefined) return null;
  const found = STAFF.find((each) => each === String(typed).toUpperCase());
  if (found === undefined) throw new CommandError(`${typed} is no role to give. There are ${STAFF.join(' and ')}.`);
  return found;
}
