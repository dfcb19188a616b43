import type { Clock } from '../platform/clock.js';
import { type PageOutcome, type PageRequest, pageOf } from '../platform/page.js';
import type { DescribedEvent } from './event-description.js';
import type { EventKind } from './event.table.js';
import type { EventListRepository } from './event-list.repository.js';

export const MOST_EVENTS_AT_ONCE = 100;

export interface EventsRequest extends PageRequest {
  readonly kinds: readonly EventKind[] | null;
}

/** The stream of events, for services that ask instead of being told. */
export class EventListService {
  readonly #events: EventListRepository;
  readonly #clock: Clock;

  constructor({ events, clock }: { events: EventListRepository; clock: Clock }) {
    this.#events = events;
    this.#clock = clock;
  }

  list({ kinds, ...request }: EventsRequest): Promise<PageOutcome<DescribedEvent>> {
    return pageOf(request, {
      most: MOST_EVENTS_AT_ONCE,
      cursors: { encode: cursorOf, decode: positionOf },
      positionOf: ({ position }) => position,
      find: (after, most) => this.#events.list({ after: after ?? 0, most, kinds, now: this.#clock.now() }),
    });
  }
}

/** A position as clients see it: opaque, base64url (RFC 4648). */
function cursorOf(position: number): string {
  return Buffer.from(`event ${position}`).toString('base64url');
}

/** The position; null for whatever `cursorOf` did not write. */
function positionOf(cursor: string): number | null {
  const [, digits] = /^event ([1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits === undefined || Buffer.from(`event ${digits}`).toString('base64url') !== cursor) return null;
  return Number(digits);
}
