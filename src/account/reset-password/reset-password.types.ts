import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountDisabledError,
  AccountLockedError,
  FurtherProofRequiredError,
  InvalidInputError,
  InvalidOtpError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';
import { Tokens } from '../../sessions/tokens.type.js';
import { newPasswordField } from '../../sign-in/sign-in-fields.types.js';
import { UserType } from '../../users/user.type.js';

@InputType({ description: 'A code with the purpose RESET_PASSWORD, and the new password.' })
export class ResetPasswordInput {
  @Field(() => String, {
    nullable: true,
    description: 'The number that `requestOtp` sent the code to. Give this or `email`.',
  })
  phoneNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The address that `requestEmailOtp` sent the code to. Give this or `phoneNumber`.',
  })
  email?: string | null;

  @Field(() => String, { description: 'The code, as a person types or pastes it.' })
  otp!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The `requestToken` of the request that sent the code, so that wrong guesses of strangers do not use up yours.',
  })
  requestToken?: string | null;

  @Field(() => String, newPasswordField)
  newPassword!: string;

  @Field(() => String, { description: 'The new password again.' })
  newPasswordConfirm!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The `deviceToken` of the latest sign-in to this account on this device, if there was one. A device that the account has ' +
      'known for seven days needs no further proof.',
  })
  deviceToken?: string | null;
}

@ObjectType({
  description:
    'The password is changed, and the user is signed in. All other sessions have ended, and the owner was told on every way.',
})
export class ResetPasswordSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;

  @Field(() => Tokens, { description: 'Of the session that begins.' })
  tokens!: Tokens;

  @Field(() => String, {
    nullable: true,
    description: 'Keep it on this device, and send it with later sign-ins to this account.',
  })
  deviceToken?: string | null;
}

export const ResetPasswordResult = createUnionType({
  name: 'ResetPasswordResult',
  description: 'The result of `resetPassword`.',
  types: () =>
    [
      ResetPasswordSuccess,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      AccountDisabledError,
      FurtherProofRequiredError,
      TooManyRequestsError,
    ] as const,
});
