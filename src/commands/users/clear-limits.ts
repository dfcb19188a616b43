import { actingAtTheMachine } from '../../admin/acts/acting.js';
import { ClearLimitsRepository } from '../../admin/destinations/clear-limits.repository.js';
import { ClearLimitsService } from '../../admin/destinations/clear-limits.service.js';
import { CommandError } from '../../platform/startup-error.js';
import type { Told, UserWord, WordCall } from './word.js';

export const clearLimits: UserWord = {
  usage: 'NUMBER   lifts the locks and the limits on codes of a number, at most three times a day',
  options: {},
  takes: [1, 1],
  run: clear,
};

async function clear({ given: [number = ''], db, secrets, clock, start }: WordCall): Promise<Told> {
  const { phoneNumbers, guesses } = start.config;
  const limitClearing = new ClearLimitsRepository(db);
  const service = new ClearLimitsService({
    limitClearing,
    phoneNumbers,
    guessesPerDay: guesses.perDay,
    secrets,
    clock,
  });
  const { actor, role } = actingAtTheMachine;
  const outcome = await service.clear(number, actor, role);
  switch (outcome.kind) {
    case 'cleared': {
      const { phoneNumber, cleared } = outcome;
      const lines = cleared.map((name) => `- ${name}`);
      const text = cleared.length > 0 ? `Cleared for ${phoneNumber}:\n${lines.join('\n')}` : nothing(phoneNumber);
      return { text, json: { phoneNumber, cleared } };
    }
    case 'invalid_input':
      throw new CommandError(outcome.fields.map(({ message }) => message).join('\n'));
    case 'too_many_requests':
      throw new CommandError(
        `the limits of this number were cleared too often. Try again in ${outcome.retryAfterSeconds} seconds.`,
      );
    case 'forbidden':
      throw new Error('A command was refused for its role.');
  }
}

function nothing(phoneNumber: string): string {
  return `Nothing was cleared for ${phoneNumber}. If its wrong guesses of the day are spent, its lock stays until they are 24 hours old.`;
}
