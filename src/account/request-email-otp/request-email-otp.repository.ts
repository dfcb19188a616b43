import type { Database } from '../../database/database.js';
import type { NewOtp, WrittenOtp } from '../../sign-in/request-otp/write.repository.js';
import { type EmailFacts, type EmailFactsQuery, lookForEmailFacts } from './facts.repository.js';
import { writeEmailOtp } from './write.repository.js';

/** The statements of requestEmailOtp. A refusal costs the look alone; a lost race costs a second look, for the reason. */
export class RequestEmailOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  look(query: EmailFactsQuery): Promise<EmailFacts> {
    return lookForEmailFacts(this.#db, query);
  }

  write(otp: Omit<NewOtp, 'hashed'>): Promise<WrittenOtp> {
    return writeEmailOtp(this.#db, otp);
  }
}
