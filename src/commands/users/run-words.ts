import { UserListRepository } from '../../admin/users/user-list.repository.js';
import { UserListService } from '../../admin/users/user-list.service.js';
import { openDatabase } from '../../database/database.js';
import { systemClock } from '../../platform/clock.js';
import { systemRandom } from '../../platform/random.js';
import { CommandError } from '../../platform/startup-error.js';
import { obtainPreparedDatabase } from '../../prepare-database.js';
import { obtainSecrets, type StartUp, stopAll } from '../../start-up.js';
import type { User } from '../../users/user.js';
import { type CommandWords, readCall } from './read-call.js';
import { lineOf } from './tell-user.js';

/** Runs the word of a command that was typed. */
export async function runWords(start: StartUp, command: CommandWords): Promise<void> {
  const { word, given, options, json } = readCall(process.argv.slice(2), command);
  const secrets = await obtainSecrets(start);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const parts = { start, db, secrets, clock: systemClock, random: systemRandom };
  const { phoneNumbers } = start.config;
  const list = new UserListService({ users: new UserListRepository(db), phoneNumbers, clock: systemClock });
  const told = await word.run({ ...parts, users: list, given, options, named: (text) => namedBy(list, text) });
  process.stdout.write(json ? `${JSON.stringify(told.json, null, 2)}\n` : `${told.text}\n`);
  await stopAll(start.stops);
}

async function namedBy(list: UserListService, text: string): Promise<User> {
  const named = await list.named(text);
  switch (named.kind) {
    case 'user':
      return named.user;
    case 'nobody':
      throw new CommandError(
        `no account has ${text}. Look for it (npm run users -- find TEXT), or have its owner sign in first.`,
      );
    case 'unreadable':
      throw new CommandError(`${text} is neither an id nor a phone number. Write the number with its country code.`);
    case 'several':
      throw new CommandError(
        `several accounts are registered with this number, and none has verified it. Name one by its id:\n${named.users.map(lineOf).join('\n')}`,
      );
  }
}
