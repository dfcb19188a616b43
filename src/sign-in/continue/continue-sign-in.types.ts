import { createUnionType, Field, InputType } from 'type-graphql';
import {
  AccountDisabledError,
  AccountLockedError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidOtpError,
  InvalidTokenError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';
import { deviceTokenField, requestTokenField } from '../sign-in-fields.types.js';
import { VerifyOtpSuccess } from '../verify-otp.types.js';

@InputType({
  description: 'The token of a `FurtherProofRequiredError`, and one of `password`, `emailOtp`, `otp` and `newAccount`.',
})
export class ContinueSignInInput {
  @Field(() => String, { description: 'From the `FurtherProofRequiredError`. It is good for 10 minutes, and once.' })
  continuationToken!: string;

  @Field(() => String, { nullable: true, description: 'The password of the account.' })
  password?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code that `requestEmailOtp` with the purpose `CONTINUE_SIGN_IN` sent to the verified email address of the account.',
  })
  emailOtp?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A code that `requestOtp` sent to the number of the account, where a password was shown before.',
  })
  otp?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'The user has no other account here: the number goes to a new account, and the old one stays without a number. Only ' +
      'where a number opened an account that nobody has used for long.',
  })
  newAccount!: boolean;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;

  @Field(() => String, deviceTokenField)
  deviceToken?: string | null;
}

export const ContinueSignInResult = createUnionType({
  name: 'ContinueSignInResult',
  description: 'The result of `continueSignIn`.',
  types: () =>
    [
      VerifyOtpSuccess,
      AccountDisabledError,
      InvalidInputError,
      InvalidCredentialsError,
      InvalidOtpError,
      InvalidTokenError,
      AccountLockedError,
      TooManyRequestsError,
    ] as const,
});
