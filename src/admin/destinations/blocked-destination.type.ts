import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { subjectOfBlock } from '../../blocks/block-key.js';
import type { BlockRow } from '../../blocks/blocked-destination.table.js';
import { connectionType } from '../../graphql/connection.js';

@ObjectType('BlockedDestination', {
  simpleResolvers: true,
  description:
    'Where nothing is sent, because an administrator says so. One of `phoneNumber`, `prefix` and `country` is given.',
})
export class BlockedDestinationType {
  @Field(() => ID, { description: 'For `unblockDestination`.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'One number, E.164.' })
  phoneNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'All numbers that begin like this, e.g. `+97798`.' })
  prefix!: string | null;

  @Field(() => String, { nullable: true, description: 'All numbers of this country, ISO 3166-1 alpha-2.' })
  country!: string | null;

  @Field(() => String, { description: 'Why, in the words of the administrator.' })
  reason!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the block ends. Null: when it is lifted.' })
  until!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was blocked.' })
  createdAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The administrator. Null: it was done at the machine.' })
  createdById!: string | null;
}

export const BlockedDestinationConnection = connectionType(BlockedDestinationType, {
  name: 'BlockedDestination',
  connection: 'Blocked destinations, the newest first.',
  edge: 'A blocked destination in its list.',
});
export type BlockedDestinationConnection = InstanceType<typeof BlockedDestinationConnection>;

export function toBlockedDestination({ id, key, reason, until, createdAt, createdById }: BlockRow) {
  const subject = subjectOfBlock(key);
  return Object.assign(new BlockedDestinationType(), {
    ...{ id, reason, until, createdAt, createdById },
    phoneNumber: subject.kind === 'number' ? subject.phoneNumber : null,
    prefix: subject.kind === 'prefix' ? subject.prefix : null,
    country: subject.kind === 'country' ? subject.country : null,
  });
}
