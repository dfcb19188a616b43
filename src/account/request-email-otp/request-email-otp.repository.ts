import type { Database } from '../../database/database.js';
import { type NewOtp, type WrittenOtp, writeOtp } from '../../sign-in/request-otp/write.repository.js';
import { type EmailFacts, type EmailFactsQuery, lookForEmailFacts } from './facts.repository.js';

/** The statements of requestEmailOtp. A code by email is written as one by text is. */
export class RequestEmailOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  look(query: EmailFactsQuery): Promise<EmailFacts> {
    return lookForEmailFacts(this.#db, query);
  }

  write(otp: NewOtp): Promise<WrittenOtp> {
    return writeOtp(this.#db, otp);
  }
}
