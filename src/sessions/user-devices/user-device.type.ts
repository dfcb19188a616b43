import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { UserDevice } from './user-device.repository.js';

@ObjectType('Device', {
  description:
    'A device that the account knows: somebody signed in on it with right proofs, and it has not been forgotten since. Its ' +
    'wrong guesses are counted by themselves, so strangers cannot lock it out.',
})
export class DeviceType {
  @Field(() => ID, { description: 'Stable as long as the account knows the device.' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When the device first signed in to the account.' })
  firstSignedInAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the device last signed in to the account.' })
  lastSignedInAt!: Date;

  @Field(() => String, {
    nullable: true,
    description:
      'User-Agent header of its latest session. Null: it sent none, or its last session is over for more than a day.',
  })
  userAgent!: string | null;
}

export function toDeviceType({ id, firstSignedInAt, lastSignedInAt, userAgent }: UserDevice): DeviceType {
  return Object.assign(new DeviceType(), { id, firstSignedInAt, lastSignedInAt, userAgent });
}
