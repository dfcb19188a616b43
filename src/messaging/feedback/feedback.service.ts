import { deriveOtp } from '../../otp/otp-code.js';
import { type AppSecrets, secretById } from '../../platform/app-secret.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import type { PolledWork } from '../../platform/poller.js';
import type { ProviderName } from '../../providers/message-sender.js';
import type { ProviderPool } from '../provider-pool.js';
import type { DueFeedback, FeedbackRepository } from './feedback.repository.js';

/** Providers that are told at the same time. If a process dies, these are told at their next time. */
const AT_ONCE = 10;

export interface FeedbackParts {
  readonly rows: FeedbackRepository;
  readonly providers: Pick<ProviderPool, 'verified'>;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Tells providers which codes were verified, where they want to know: at least once, as far as the provider is there within
 * an hour. What is to be told stands in the row of the message, written with its verification (docs/decisions/0067).
 */
export class FeedbackService implements PolledWork {
  readonly name = 'feedback to providers';
  /** Short, because some providers forget a message after ten minutes, and a code can be typed in the last of them. */
  readonly intervalMs = 5_000;
  readonly #parts: FeedbackParts;

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
  }

  /** Tells all that is due. A provider that is away holds up no other: the rest waits for the next round. */
  async poll(stop?: AbortSignal): Promise<void> {
    const { rows, clock } = this.#parts;
    const now = clock.now();
    const away = new Set<ProviderName>();
    while (!stop?.aborted) {
      const due = await rows.takeDue(now, { most: AT_ONCE, except: [...away] });
      const over = await Promise.all(due.map(async (each) => ((await this.#tell(each, away)) ? each.id : [])));
      await rows.over(over.flat());
      if (due.length < AT_ONCE) return;
    }
  }

  /** Whether that is all there is to tell. */
  async #tell(due: DueFeedback, away: Set<ProviderName>): Promise<boolean> {
    const { providers, logger, metrics } = this.#parts;
    const { id, provider, providerMessageId, channel, country, nextAt } = due;
    const code = this.#codeOf(due);
    const outcome = await providers.verified(provider, { id, providerMessageId, channel, country, code });
    metrics.count('verified_feedback_total', { provider, outcome });
    if (outcome !== 'unavailable') return true;
    away.add(provider);
    if (nextAt === null) logger.warn({ messageId: id, provider }, 'a provider was not told of a verified code');
    return false;
  }

  #codeOf({ secretId, ...binding }: DueFeedback): string | null {
    const secret = secretId === null ? null : secretById(this.#parts.secrets, secretId);
    return secret && deriveOtp(secret.key('otp-code'), binding);
  }
}
