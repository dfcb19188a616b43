import type { Database } from '../../database/database.js';
import type { Clock } from '../../platform/clock.js';
import { ActFactsRepository } from './act-facts.repository.js';
import { ActsService } from './acts.service.js';
import { DeletionRepository } from './deletion.repository.js';
import { LockRepository } from './lock.repository.js';
import { UpdateUserRepository } from './update-user.repository.js';
import { UpdateUserService } from './update-user.service.js';

export interface ActServices {
  readonly acts: ActsService;
  readonly updateUser: UpdateUserService;
}

/** What is done to accounts of others: by administrators, and by commands at the machine. */
export function createActs({ db, clock }: { readonly db: Database; readonly clock: Clock }): ActServices {
  const facts = new ActFactsRepository(db);
  return {
    acts: new ActsService({ facts, locks: new LockRepository(db), deletions: new DeletionRepository(db), clock }),
    updateUser: new UpdateUserService({ facts, updates: new UpdateUserRepository(db), clock }),
  };
}
