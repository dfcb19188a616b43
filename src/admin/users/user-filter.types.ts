import { GraphQLDateTime } from 'graphql-scalars';
import { Field, InputType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../graphql/connection.js';
import { RoleName, UserType } from '../../users/user.type.js';

export enum UserOrderName {
  CREATED_AT_DESC = 'CREATED_AT_DESC',
  CREATED_AT_ASC = 'CREATED_AT_ASC',
  LAST_USED_AT_DESC = 'LAST_USED_AT_DESC',
  LAST_USED_AT_ASC = 'LAST_USED_AT_ASC',
}

registerEnumType(UserOrderName, {
  name: 'UserOrder',
  description: 'The order of a list of users.',
  valuesConfig: {
    CREATED_AT_DESC: { description: 'The newest account first.' },
    CREATED_AT_ASC: { description: 'The oldest account first.' },
    LAST_USED_AT_DESC: { description: 'Whoever used the account last comes first. Users who sign in meanwhile move.' },
    LAST_USED_AT_ASC: { description: 'The account that was not used for longest comes first.' },
  },
});

@InputType('UserFilter', { description: 'Which users a list has. All that is given must hold; null counts as absent.' })
export class UserFilterInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Only the account that has verified this number, in any spelling. Unlike `search`, nobody comes into this list by taking a ' +
      'number as a name.',
  })
  phoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the account that has verified this email address.' })
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only the account with this id in the system that it was imported from.',
  })
  externalId?: string | null;

  @Field(() => RoleName, { nullable: true, description: 'Only accounts with this role.' })
  role?: RoleName | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only accounts that are locked, or only the others. A lock that is over does not count.',
  })
  locked?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only accounts whose number is verified, or only the others.' })
  phoneVerified?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only accounts whose email address is verified, or only the others: those without one are among them.',
  })
  emailVerified?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only users who may use the marketplace, or only the others.' })
  hasMarketplaceAccess?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only users whose business is verified, or only the others.' })
  b2bVerified?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only numbers of this country (ISO 3166-1 alpha-2, upper or lower case), verified or not. An unknown code gives an ' +
      'empty list.',
  })
  country?: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Only accounts that were created at this time or later.',
  })
  createdFrom?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Only accounts that were created before this time.' })
  createdTo?: Date | null;
}

export const UserConnection = connectionType(UserType, {
  name: 'User',
  connection: 'One page of a list of users.',
  edge: 'A user with its cursor.',
});
export type UserConnection = InstanceType<typeof UserConnection>;
