import { Gathered } from '../../platform/gathered.js';
import type { Clock } from '../../platform/clock.js';
import type { AcceptedMessage, OutcomeRepository, VerifiedMessage } from './outcome.repository.js';

/** Milliseconds between two writes. What comes meanwhile is written together, and what comes alone is written at once. */
const PAUSE_MS = 25;

interface Note {
  readonly what: { readonly accepted: AcceptedMessage } | { readonly verified: string };
  /** Why it could not be written, in an array because anything can be thrown. */
  failure?: readonly [unknown];
}

/**
 * Writes what became of messages, behind the answers. A busy process writes many outcomes in one statement and one commit
 * (docs/decisions/0063). Outcomes are written in their order: a code is typed after its message was taken.
 *
 * A process that is killed loses the outcomes of this pause as it loses those of sends under way: the messages are still
 * queued, and any process sends them again.
 */
export class OutcomeNotes {
  readonly #rows: Pick<OutcomeRepository, 'accepted' | 'verified'>;
  readonly #clock: Clock;
  readonly #onVerified: (message: VerifiedMessage) => void;
  readonly #notes = new Gathered<Note>((notes) => this.#write(notes), { pauseMs: PAUSE_MS });

  constructor(parts: {
    rows: Pick<OutcomeRepository, 'accepted' | 'verified'>;
    clock: Clock;
    onVerified(message: VerifiedMessage): void;
  }) {
    this.#rows = parts.rows;
    this.#clock = parts.clock;
    this.#onVerified = parts.onVerified;
  }

  /** A provider took a message. Resolves when that is kept. */
  accepted(message: AcceptedMessage): Promise<void> {
    return this.#keep({ accepted: message });
  }

  /** The code of a challenge was verified. */
  verified(challengeId: string): Promise<void> {
    return this.#keep({ verified: challengeId });
  }

  async #keep(what: Note['what']): Promise<void> {
    const note: Note = { what };
    await this.#notes.add(note);
    if (note.failure) throw note.failure[0];
  }

  /** One outcome that cannot be written does not keep the others from it. */
  async #write(notes: readonly Note[]): Promise<void> {
    try {
      await this.#writeTogether(notes);
    } catch (error) {
      const [only, ...others] = notes;
      if (only && others.length === 0) only.failure = [error];
      else for (const note of notes) await this.#write([note]);
    }
  }

  async #writeTogether(notes: readonly Note[]): Promise<void> {
    const accepted = notes.flatMap(({ what }) => ('accepted' in what ? [what.accepted] : []));
    const verified = notes.flatMap(({ what }) => ('verified' in what ? [what.verified] : []));
    if (accepted.length > 0) await this.#rows.accepted(accepted);
    if (verified.length === 0) return;
    for (const message of await this.#rows.verified(verified, this.#clock.now())) this.#onVerified(message);
  }
}
