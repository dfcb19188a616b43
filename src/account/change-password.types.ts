import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  InvalidCredentialsError,
  InvalidInputError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { UserType } from '../users/user.type.js';
import { newPasswordField } from '../sign-in/sign-in-fields.types.js';

@InputType({ description: 'A new password, with the current one.' })
export class ChangePasswordInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Not needed within 5 minutes of a sign-in by code. Later it is required if the account has a password ' +
      '(`User.hasPassword`). An account without one needs such a sign-in.',
  })
  currentPassword?: string | null;

  @Field(() => String, newPasswordField)
  newPassword!: string;

  @Field(() => String, { description: 'The new password again.' })
  newPasswordConfirm!: string;
}

@ObjectType({ description: 'The password is changed. All other sessions have ended.' })
export class ChangePasswordSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const ChangePasswordResult = createUnionType({
  name: 'ChangePasswordResult',
  description: 'The result of `changePassword`.',
  types: () =>
    [
      ChangePasswordSuccess,
      InvalidInputError,
      InvalidCredentialsError,
      AccountLockedError,
      ReauthenticationRequiredError,
      TooManyRequestsError,
    ] as const,
});
