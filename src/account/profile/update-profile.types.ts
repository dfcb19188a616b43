import { createUnionType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { InvalidInputError, TooManyRequestsError } from '../../graphql/user-error.js';
import { UserType } from '../../users/user.type.js';

@InputType({ description: 'Changes to a profile. What is left out stays as it is, and null clears.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: 'Given name, up to 150 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Family name, up to 150 characters.' })
  lastName?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      '3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has ' +
      'verified its number may have it; upper and lower case do not matter.',
  })
  username?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Language of messages to the user (BCP 47), e.g. `ne`. A language that is not among `signInOptions.locales` is kept, ' +
      'and messages come in the language of the service.',
  })
  locale?: string | null;

  @Field(() => Int, { nullable: true, description: 'Where the user lives: the `id` of a city from `cities`.' })
  locationId?: number | null;
}

@ObjectType({ description: 'The profile is as asked for.' })
export class UpdateProfileSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const UpdateProfileResult = createUnionType({
  name: 'UpdateProfileResult',
  description: 'The result of `updateProfile`.',
  types: () => [UpdateProfileSuccess, InvalidInputError, TooManyRequestsError] as const,
});
