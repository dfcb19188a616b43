import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { costOfPage, toConnection } from '../graphql/connection.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { EventConnection, EventKindName, toEvent } from './event.type.js';
import { MOST_EVENTS_AT_ONCE } from './event-list.service.js';
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
    const page = await context.services.events.list({ first, after: after ?? null, kinds: kinds ?? null });
    return toConnection(page, MOST_EVENTS_AT_ONCE, toEvent);
  }
}
