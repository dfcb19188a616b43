import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { InvalidInputError, ReauthenticationRequiredError, UserNotFoundError } from '../../graphql/user-error.js';
import { RoleName, UserType } from '../../users/user.type.js';

@InputType({ description: 'Rights in the marketplace. What is left out stays as it is.' })
export class MarketplaceInput {
  @Field(() => Boolean, { nullable: true, description: 'Whether the user may use the marketplace.' })
  hasAccess?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Kind of business, in your own words, up to 150 characters. Null clears it.',
  })
  businessType?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The id of the user's shop in the marketplace, up to 150 characters. Null clears it.",
  })
  shopId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether you have verified the business.' })
  b2bVerified?: boolean | null;
}

@InputType({
  description:
    'What to change of an account. What is left out stays as it is, and null clears it. The rules are those of `updateProfile`.',
})
export class UpdateUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Given name, up to 150 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Family name, up to 150 characters.' })
  lastName?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      '3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has ' +
      'verified its number may have it.',
  })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'Language of messages to the user (BCP 47), e.g. `ne`.' })
  locale?: string | null;

  @Field(() => Int, { nullable: true, description: 'Where the user lives: the `id` of a city from `cities`.' })
  locationId?: number | null;

  @Field(() => RoleName, {
    nullable: true,
    description:
      'A change needs a proof of yours from the last 5 minutes, and ends the sessions of the user. SUPPORT and ADMIN need a ' +
      'verified number, and a password or a verified email address. The only administrator stays one.',
  })
  role?: RoleName | null;

  @Field(() => MarketplaceInput, { nullable: true, description: 'Rights in the marketplace.' })
  marketplace?: MarketplaceInput | null;
}

@ObjectType({ description: 'The account is as asked for.' })
export class UpdateUserSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const UpdateUserResult = createUnionType({
  name: 'UpdateUserResult',
  description: 'The result of `updateUser`.',
  types: () => [UpdateUserSuccess, ReauthenticationRequiredError, InvalidInputError, UserNotFoundError] as const,
});
