import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  InvalidInputError,
  InvalidOtpError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';
import { UserType } from '../../users/user.type.js';

@InputType({ description: 'An email address and the code that was sent to it.' })
export class VerifyEmailInput {
  @Field(() => String, { description: 'The address, as it was given to `requestEmailOtp`.' })
  email!: string;

  @Field(() => String, { description: 'The code, as typed or pasted.' })
  otp!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The `requestToken` of the `requestEmailOtp` that sent the code. With it, wrong guesses of strangers do not use up your ' +
      'attempts, and the first guess is always checked.',
  })
  requestToken?: string | null;
}

@ObjectType({ description: "The address is verified, and is the account's own." })
export class VerifyEmailSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const VerifyEmailResult = createUnionType({
  name: 'VerifyEmailResult',
  description: 'The result of `verifyEmail`.',
  types: () =>
    [
      VerifyEmailSuccess,
      ReauthenticationRequiredError,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      TooManyRequestsError,
    ] as const,
});
