import type { Database } from '../database/database.js';
import { type FactsQuery, lookForFacts, type RequestFacts } from './request-otp/facts.repository.js';
import { giveBackSpent, type LostRace, type RaceFacts } from './request-otp/give-back.repository.js';
import { type NewOtp, type WrittenOtp, writeOtp } from './request-otp/write.repository.js';

/** The three statements of requestOtp. A refusal costs the first one, and only a lost race costs the third. */
export class RequestOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  look(query: FactsQuery): Promise<RequestFacts> {
    return lookForFacts(this.#db, query);
  }

  write(otp: NewOtp): Promise<WrittenOtp> {
    return writeOtp(this.#db, otp);
  }

  giveBack(lost: LostRace): Promise<RaceFacts> {
    return giveBackSpent(this.#db, lost);
  }
}
