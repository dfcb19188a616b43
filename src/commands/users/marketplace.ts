import { CommandError } from '../../platform/startup-error.js';
import { actsOf, done, told } from './act.js';
import type { Told, UserWord, WordCall } from './word.js';

export const marketplace: UserWord = {
  usage: 'NUMBER|ID [--access on|off] [--business-type TEXT] [--shop ID] [--b2b on|off]   an empty text clears',
  options: {
    access: { type: 'string' },
    'business-type': { type: 'string' },
    shop: { type: 'string' },
    b2b: { type: 'string' },
  },
  takes: [1, 1],
  run: setMarketplace,
};

async function setMarketplace({ named, given: [account = ''], options, ...call }: WordCall): Promise<Told> {
  const changes = {
    hasAccess: switched('access', options['access']),
    businessType: text(options['business-type']),
    shopId: text(options['shop']),
    b2bVerified: switched('b2b', options['b2b']),
  };
  if (Object.values(changes).every((value) => value === undefined))
    throw new CommandError('say what to change: --access, --business-type, --shop or --b2b.');
  const { id } = await named(account);
  const { updateUser, acting } = actsOf(call);
  const { user, hasChanged } = done(await updateUser.update(acting, { id, marketplace: changes }));
  const { marketplaceAccess, businessType, shopId, b2bVerified } = user;
  const lines = [
    ...(hasChanged ? [] : ['Nothing was changed.']),
    `access: ${marketplaceAccess ? 'on' : 'off'}, B2B: ${b2bVerified ? 'on' : 'off'}`,
    `business type: ${businessType ?? 'none'}, shop: ${shopId ?? 'none'}`,
  ];
  return told(lines.join('\n'), user);
}

function switched(name: string, value: string | boolean | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === 'on' || value === 'off') return value === 'on';
  throw new CommandError(`--${name} is on or off.`);
}

function text(value: string | boolean | undefined): string | null | undefined {
  if (typeof value !== 'string') return undefined;
  return value.trim() === '' ? null : value;
}
