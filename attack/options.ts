import { parseArgs } from 'node:util';
import { loopbackUrl } from './outside.js';
import type { PartOptions } from './part.js';

export const PARTS = [
  'codes',
  'passwords',
  'strangers',
  'sends',
  'floods',
  'timing',
  'requests',
  'registrations',
  'sims',
] as const;
export type PartName = (typeof PARTS)[number];

const USAGE = `usage: npm run attack -- [--only ${PARTS.join(',')}] [--days 7] [--pairs 1000] [--sends 1500] [--accounts 100] [--json]
       npm run attack -- --url http://localhost:4000 [--json]`;

export interface OwnService {
  readonly kind: 'own_service';
  readonly parts: readonly PartName[];
  readonly options: PartOptions;
  readonly json: boolean;
}

export type AttackOptions =
  | OwnService
  | { readonly kind: 'outside'; readonly url: string; readonly json: boolean }
  | { readonly kind: 'misused'; readonly problem: string };

export function readOptions(args: readonly string[]): AttackOptions {
  try {
    return read(args);
  } catch (error) {
    return { kind: 'misused', problem: `${error instanceof Error ? error.message : error}\n${USAGE}` };
  }
}

function read(args: readonly string[]): AttackOptions {
  const count = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      url: { type: 'string' },
      only: { type: 'string', default: PARTS.join(',') },
      ...{ days: count('7'), pairs: count('1000'), sends: count('1500'), accounts: count('100') },
    },
  });
  const { json } = values;
  if (values.url !== undefined) {
    const url = loopbackUrl(values.url);
    if (url === null) throw new Error(`Only services on this machine are attacked, by http: ${values.url} is none.`);
    return { kind: 'outside', url, json };
  }
  const only = values.only.split(',');
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".`);
  const { days, pairs, sends, accounts } = values;
  const options = { days: Number(days), pairs: Number(pairs), sends: Number(sends), accounts: Number(accounts) };
  if (Object.values(options).some((value) => !Number.isInteger(value) || value < 1)) {
    throw new Error('Days, pairs, sends and accounts are whole numbers from 1.');
  }
  return { kind: 'own_service', parts: PARTS.filter((part) => only.includes(part)), options, json };
}
