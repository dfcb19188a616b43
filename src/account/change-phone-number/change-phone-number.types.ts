import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  InvalidInputError,
  InvalidOtpError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';
import { requestTokenField } from '../../sign-in/sign-in-fields.types.js';
import { UserType } from '../../users/user.type.js';

@InputType({ description: 'A new phone number and the code that was sent to it.' })
export class ChangePhoneNumberInput {
  @Field(() => String, {
    description: 'The new number, as for `requestOtp` with the purpose `CHANGE_PHONE`.',
  })
  phoneNumber!: string;

  @Field(() => String, {
    description: 'The code that this account was sent to the new number. A code for anything else is wrong here.',
  })
  otp!: string;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;
}

@ObjectType({
  description: 'The account has the new number. All other sessions have ended, and other codes under way are invalid.',
})
export class ChangePhoneNumberSuccess {
  @Field(() => UserType, { description: 'The account with its new number.' })
  user!: UserType;

  @Field(() => GraphQLDateTime, {
    description:
      'Until when the change can be taken back with the code in the notice to the old number and to the verified email ' +
      'address: `revertChange`.',
  })
  revertibleUntil!: Date;
}

export const ChangePhoneNumberResult = createUnionType({
  name: 'ChangePhoneNumberResult',
  description: 'The result of `changePhoneNumber`.',
  types: () =>
    [
      ChangePhoneNumberSuccess,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      TooManyRequestsError,
      ReauthenticationRequiredError,
    ] as const,
});
