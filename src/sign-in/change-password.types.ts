import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  InvalidCredentialsError,
  InvalidInputError,
  ReauthenticationRequiredError,
} from '../graphql/user-error.js';
import { UserType } from '../users/user.type.js';
import { newPasswordField } from './sign-in-fields.types.js';

@InputType({ description: 'A new password, and what proves that it may be set.' })
export class ChangePasswordInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Needed where the account has a password (`User.hasPassword`); otherwise a sign-in by code within the last 5 minutes is.',
  })
  currentPassword?: string | null;

  @Field(() => String, newPasswordField)
  newPassword!: string;

  @Field(() => String, { description: 'The new password once more.' })
  newPasswordConfirm!: string;
}

@ObjectType({ description: 'The password is changed; every other session has ended.' })
export class ChangePasswordSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const ChangePasswordResult = createUnionType({
  name: 'ChangePasswordResult',
  description: 'What became of a change of password.',
  types: () =>
    [
      ChangePasswordSuccess,
      InvalidInputError,
      InvalidCredentialsError,
      AccountLockedError,
      ReauthenticationRequiredError,
    ] as const,
});
