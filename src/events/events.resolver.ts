import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { argumentRefused, connectionOf, costOfPage } from '../graphql/connection.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { EventConnection, EventKindName, toEvent } from './event.type.js';
import { type EventsOutcome, MOST_EVENTS_AT_ONCE } from './event-list.service.js';
import { type EventContext, ForService } from './events.context.js';

const descriptions = {
  events:
    'What happened, for other services: send a service token with the scope `events` (`SERVICE_TOKENS`) as `Authorization: Bearer …`. The oldest comes first, and events are kept for 30 days. An event never gets a place before one that you have read.',
  first: `How many events, 1 to ${MOST_EVENTS_AT_ONCE}.`,
  after:
    'The cursor of the last event that you have handled. Keep it while a page is empty. Absent: from the oldest event that is kept.',
  kinds: 'Only events of these kinds. Absent: all.',
};

@Resolver()
export class EventsResolver {
  @FieldRateLimit()
  @ForService('events')
  @Query(() => EventConnection, { description: descriptions.events, complexity: costOfPage(MOST_EVENTS_AT_ONCE) })
  async events(
    @Arg('first', () => Int, { defaultValue: 20, description: descriptions.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: descriptions.after }) after: string | null,
    @Arg('kinds', () => [EventKindName], { nullable: true, description: descriptions.kinds })
    kinds: EventKindName[] | null,
    @Ctx() context: EventContext,
  ): Promise<EventConnection> {
    return toConnection(await context.services.events.list({ first, after: after ?? null, kinds: kinds ?? null }));
  }
}

function toConnection(outcome: EventsOutcome): EventConnection {
  switch (outcome.kind) {
    case 'page':
      return connectionOf({
        ...outcome,
        edges: outcome.items.map(({ cursor, event }) => ({ cursor, node: toEvent(event) })),
      });
    case 'first_out_of_range':
      throw argumentRefused('first', `must be from 1 to ${MOST_EVENTS_AT_ONCE}.`);
    case 'malformed_cursor':
      throw argumentRefused('after', 'must be a cursor that this list gave.');
  }
}
