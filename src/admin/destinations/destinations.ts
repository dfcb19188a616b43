import { BlockRepository } from '../../blocks/block.repository.js';
import type { SendPurse } from '../../budgets/send-purse.js';
import type { SharedBudget } from '../../budgets/shared-budgets.js';
import type { Database } from '../../database/database.js';
import { countryCodes } from '../../phone/country.js';
import { INTERNATIONAL } from '../../phone/destination.js';
import type { PhoneConfig } from '../../phone/phone.settings.js';
import { SendPauseRepository } from '../../pumping/send-pause.repository.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import { chore } from '../../platform/chore.js';
import type { Clock } from '../../platform/clock.js';
import type { Random } from '../../platform/random.js';
import { BlocksService } from './blocks.service.js';
import { ClearLimitsRepository } from './clear-limits.repository.js';
import { ClearLimitsService } from './clear-limits.service.js';
import { PausesService } from './pauses.service.js';

export interface DestinationParts {
  readonly db: Database;
  readonly settings: Pick<PhoneConfig, 'phoneNumbers'> & { readonly guesses: { readonly perDay: number } };
  readonly sends: SendPurse;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
}

export type Destinations = ReturnType<typeof createDestinations>;

/** Where codes go and do not go: blocks, pauses, and the limits on sending. */
export function createDestinations({ settings, ...parts }: DestinationParts) {
  const { db, sends, clock } = parts;
  const { phoneNumbers, guesses } = settings;
  const blocks = new BlockRepository(db);
  const everywhere = [...countryCodes, INTERNATIONAL];
  return {
    services: {
      blocks: new BlocksService({ ...parts, blocks, phoneNumbers }),
      pauses: new PausesService({ pauses: new SendPauseRepository(db), clock }),
      clearLimits: new ClearLimitsService({
        ...{ ...parts, phoneNumbers, guessesPerDay: guesses.perDay },
        limitClearing: new ClearLimitsRepository(db),
      }),
      sharedBudgets: { list: (): Promise<SharedBudget[]> => sends.shared(everywhere) },
    },
    chores: [chore('blocked destinations', blocks)],
  };
}
