import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import { AccountLockedError, InvalidInputError, InvalidOtpError, TooManyRequestsError } from '../graphql/user-error.js';
import { requestTokenField } from '../sign-in/sign-in-fields.types.js';

@InputType({ description: 'A phone number and the code that was sent to it with the purpose `PROVE_NUMBER`.' })
export class ProveNumberInput {
  @Field(() => String, {
    description: 'The number as a person types it, or the `phoneNumber` that `requestOtp` returned.',
  })
  phoneNumber!: string;

  @Field(() => String, {
    description:
      'The code: 6 digits of any script. It can be the text of the whole message, if one code of 6 digits stands in it.',
  })
  otp!: string;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The application that the code was sent for. It can be left out with the `requestToken`, and where PROOF_AUDIENCES ' +
      'has one application only. A code for one application proves nothing to another.',
  })
  audience?: string | null;
}

@ObjectType({ description: 'The number is proved. No account was made or changed.' })
export class ProveNumberSuccess {
  @Field(() => String, { description: 'The number that was proved, in E.164.' })
  phoneNumber!: string;

  @Field(() => String, {
    description:
      'A signed JWT for the application, with the number in `phone_number`. The back end of the application checks it by ' +
      'the key set, or spends it with `redeemProof` (docs/verifying-tokens.md). It signs nobody in here.',
  })
  proof!: string;

  @Field(() => GraphQLDateTime, { description: 'When the proof expires: five minutes after it was made.' })
  expiresAt!: Date;
}

export const ProveNumberResult = createUnionType({
  name: 'ProveNumberResult',
  description: 'The result of `proveNumber`.',
  types: () =>
    [ProveNumberSuccess, InvalidInputError, InvalidOtpError, AccountLockedError, TooManyRequestsError] as const,
});
