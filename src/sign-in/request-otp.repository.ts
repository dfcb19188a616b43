import type { Database } from '../database/database.js';
import { type FactsQuery, lookForFacts, type RequestFacts } from './request-otp/facts.repository.js';
import { type NewOtp, type WrittenOtp, writeOtp } from './request-otp/write.repository.js';

/** The statements of requestOtp. A refusal costs the look alone; a lost race costs a second look, for the reason. */
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
}
