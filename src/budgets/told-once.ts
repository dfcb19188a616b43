import { LRUCache } from 'lru-cache';
import { atMost } from './at-most.js';

/** Subjects that are remembered. An attack with more of them repeats lines, and fills no memory. */
const MOST_SUBJECTS = 10_000;

/** What operators were told lately: one line in the log for each subject and window, however many people are refused. */
export class ToldOnce {
  readonly #told = new LRUCache<string, number>(atMost(MOST_SUBJECTS));

  /** Whether nothing was told of the subject in this window. Also where the clock was set back since. */
  isDue(subject: string, { window, now }: { readonly window: number; readonly now: Date }): boolean {
    const told = this.#told.get(subject);
    const since = told === undefined ? -1 : now.getTime() - told;
    return since < 0 || since >= window * 1000;
  }

  told(subject: string, now: Date): void {
    this.#told.set(subject, now.getTime());
  }
}
