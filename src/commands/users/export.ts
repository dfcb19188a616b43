import { ExportRepository } from '../../account/leaving/export.repository.js';
import { actingAtTheMachine } from '../../admin/acts/acting.js';
import { CommandError } from '../../platform/startup-error.js';
import { lineOf } from './tell-user.js';
import type { Told, UserWord, WordCall } from './word.js';

export const exportWord: UserWord = {
  usage: 'NUMBER|ID      all data of the owner as JSON, for people who cannot sign in to export it themselves',
  options: {},
  takes: [1, 1],
  run: exportUser,
};

async function exportUser({ named, given: [account = ''], db, secrets, clock }: WordCall): Promise<Told> {
  const user = await named(account);
  // Whoever asks may have the number, and somebody else may have typed it into a form.
  if (account !== user.id && user.phoneVerifiedAt === null)
    throw new CommandError(
      `this account has not verified its number. If it is the right one, name it by its id\n${lineOf(user)}`,
    );
  const now = clock.now();
  const data = await new ExportRepository(db, secrets).readFor(user, actingAtTheMachine.actor, now);
  const json = { exportedAt: now, ...data };
  return { text: JSON.stringify(json, null, 2), json };
}
