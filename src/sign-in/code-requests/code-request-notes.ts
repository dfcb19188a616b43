import type { PhoneNumberReading } from '../../phone/phone-number.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import { subjectHash } from '../../platform/subject-hash.js';
import type { RequestOtpOutcome } from '../request-otp/outcome.js';
import type { RequestOtpCommand } from '../request-otp/prepared-request.js';
import { type CodeRequest, noteOf, subjectOf } from './code-request.js';
import type { CodeRequestRepository } from './code-request.repository.js';
import { RefusalQuota } from './refusal-quota.js';

/** Notes are gathered for so long, then written together. */
const GATHERED_MS = 1_000;
const MOST_AT_ONCE = 200;
/** Notes that wait when the database is slow or away. More than these are dropped. */
const MOST_WAITING = 5_000;

export interface CodeRequestNotesParts {
  readonly rows: Pick<CodeRequestRepository, 'add'>;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Notes every request for a code and how it ended, for whoever is asked "why did I get no code?". No answer waits for it.
 * A process that is killed loses what it gathered in the last second (docs/decisions/0048).
 */
export class CodeRequestNotes {
  readonly #parts: CodeRequestNotesParts;
  readonly #quota = new RefusalQuota();
  #waiting: CodeRequest[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;

  constructor(parts: CodeRequestNotesParts) {
    this.#parts = parts;
  }

  note(command: RequestOtpCommand, reading: PhoneNumberReading, outcome: RequestOtpOutcome): void {
    const subject = subjectOf(reading);
    if (subject === null || outcome.kind === 'session_over') return;
    const { clock, secrets, metrics } = this.#parts;
    const at = clock.now();
    const number = subjectHash(secrets, subject);
    // A code that is sent has paid for its row.
    const admitted = outcome.kind === 'sent' || this.#quota.take({ network: command.networks[0], number, at });
    if (!admitted || this.#waiting.length >= MOST_WAITING) {
      metrics.count('code_requests_unnoted_total', {});
      return;
    }
    this.#waiting.push({ at, number, ...noteOf(command, outcome) });
    this.#timer ??= setTimeout(() => void this.idle(), GATHERED_MS).unref();
  }

  /** Writes what was gathered. Resolves when nothing waits. */
  async idle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
    await this.#writing;
  }

  async #write(): Promise<void> {
    const rows = this.#waiting.splice(0, MOST_AT_ONCE);
    try {
      await this.#parts.rows.add(rows);
    } catch (error) {
      this.#parts.metrics.count('code_requests_unnoted_total', {}, rows.length);
      this.#parts.logger.warn({ err: error, lost: rows.length }, 'requests for codes could not be noted');
    } finally {
      this.#writing = null;
    }
  }
}
