import type { Clock } from '../platform/clock.js';
import type { DescribedEvent } from './event-description.js';
import type { EventKind } from './event.table.js';
import type { EventListRepository } from './event-list.repository.js';

export const MOST_EVENTS_AT_ONCE = 100;

export interface EventsRequest {
  readonly first: number;
  readonly after: string | null;
  readonly kinds: readonly EventKind[] | null;
}

export type EventsOutcome =
  | {
      readonly kind: 'page';
      readonly items: readonly { readonly cursor: string; readonly event: DescribedEvent }[];
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    }
  | { readonly kind: 'first_out_of_range' }
  | { readonly kind: 'malformed_cursor' };

/** The stream of events, for services that ask instead of being told. */
export class EventListService {
  readonly #events: EventListRepository;
  readonly #clock: Clock;

  constructor({ events, clock }: { events: EventListRepository; clock: Clock }) {
    this.#events = events;
    this.#clock = clock;
  }

  async list({ first, after, kinds }: EventsRequest): Promise<EventsOutcome> {
    if (first < 1 || first > MOST_EVENTS_AT_ONCE) return { kind: 'first_out_of_range' };
    const position = after === null ? 0 : positionOf(after);
    if (position === null) return { kind: 'malformed_cursor' };
    const now = this.#clock.now();
    const events = await this.#events.list({ after: position, most: first + 1, kinds, now });
    return {
      kind: 'page',
      items: events.slice(0, first).map((event) => ({ cursor: cursorOf(event), event })),
      hasNextPage: events.length > first,
      hasPreviousPage: after !== null,
    };
  }
}

/** A position as clients see it: opaque, base64url (RFC 4648). */
function cursorOf({ position }: DescribedEvent): string {
  return Buffer.from(`event ${position}`).toString('base64url');
}

/** The position; null for whatever `cursorOf` did not write. */
function positionOf(cursor: string): number | null {
  const [, digits] = /^event ([1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits === undefined || Buffer.from(`event ${digits}`).toString('base64url') !== cursor) return null;
  return Number(digits);
}
