import { PasskeyRepository } from '../../passkeys/passkey.repository.js';
import { SessionRepository } from '../../sessions/session.repository.js';
import { UserDeviceRepository } from '../../sessions/user-devices/user-device.repository.js';
import { jsonOf } from './tell-user.js';
import type { Told, UserWord, WordCall } from './word.js';

export const show: UserWord = {
  usage: 'NUMBER|ID        everything about one account: profile, lock, sessions, devices, passkeys',
  options: {},
  takes: [1, 1],
  run: showUser,
};

async function showUser({ db, clock, named, given: [account = ''] }: WordCall): Promise<Told> {
  const user = jsonOf(await named(account));
  const now = clock.now();
  const [sessions, devices, passkeys] = await Promise.all([
    new SessionRepository(db).list([user.id], now),
    new UserDeviceRepository(db).list([user.id], now),
    new PasskeyRepository(db).list([user.id]),
  ]);
  const json = {
    ...user,
    sessions: sessions.map(({ id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent }) => {
      return { id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent };
    }),
    devices: devices.map(({ userId: _, ...device }) => device),
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt, trustedFrom, clonedAt }) => {
      return { id, name, createdAt, lastUsedAt, trustedFrom, clonedAt };
    }),
  };
  return { text: asText(json), json };
}

/** `name: value`, a line for each, lists and objects below their name. */
function asText(value: object, indent = ''): string {
  return Object.entries(value)
    .map(([name, each]) => `${indent}${name}:${worded(each, indent)}`)
    .join('\n');
}

function worded(value: unknown, indent: string): string {
  if (value === null) return ' –';
  if (value instanceof Date) return ` ${value.toISOString()}`;
  if (typeof value !== 'object') return ` ${String(value)}`;
  if (!Array.isArray(value)) return `\n${asText(value, `${indent}  `)}`;
  if (value.length === 0) return ' none';
  return value.map((each: object) => `\n${asText(each, `${indent}  `).replace(/^( *) {2}/, '$1- ')}`).join('');
}
