import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { ShownPause } from './pauses.service.js';

@ObjectType('Pause', {
  simpleResolvers: true,
  description:
    'A number range, block or country whose unknown numbers are sent nothing for a while, because codes there are asked ' +
    'for and not typed (docs/pumping-guard.md). Numbers with an account that is in use get their codes.',
})
export class PauseType {
  @Field(() => ID, { description: 'For `liftPause`.' })
  id!: string;

  @Field(() => String, { description: 'The digits that its numbers begin with, e.g. `97798001`, or a country code.' })
  destination!: string;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2. Null: numbers of no country.' })
  country!: string | null;

  @Field(() => String, { description: 'What was counted, in one English sentence.' })
  reason!: string;

  @Field(() => GraphQLDateTime, { description: 'When it began.' })
  pausedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends by itself.' })
  pausedUntil!: Date;
}

export function toPauseType(pause: ShownPause): PauseType {
  return Object.assign(new PauseType(), pause);
}
