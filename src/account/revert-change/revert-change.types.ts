import { createUnionType, Field, ObjectType } from 'type-graphql';
import { InvalidTokenError } from '../../graphql/user-error.js';

@ObjectType({
  description: 'The change of the phone number is taken back. All sessions of the account have ended.',
})
export class RevertChangeSuccess {
  @Field(() => String, {
    description: 'What became of the number, in English: whether the account has it again, and how to sign in.',
  })
  message!: string;
}

export const RevertChangeResult = createUnionType({
  name: 'RevertChangeResult',
  description: 'The result of `revertChange`.',
  types: () => [RevertChangeSuccess, InvalidTokenError] as const,
});
