import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import { InvalidTokenError } from '../graphql/user-error.js';

@InputType({ description: 'A proof of a number, and for whom it must be.' })
export class RedeemProofInput {
  @Field(() => String, { description: 'The `proof` of a `proveNumber`.' })
  proof!: string;

  @Field(() => String, {
    description: 'The application that redeems the proof. A proof for another application is invalid.',
  })
  audience!: string;
}

@ObjectType({ description: 'The proof was valid, and is spent now.' })
export class RedeemProofSuccess {
  @Field(() => String, { description: 'The number that was proved, in E.164.' })
  phoneNumber!: string;

  @Field(() => GraphQLDateTime, { description: 'When the number was proved.' })
  provedAt!: Date;
}

export const RedeemProofResult = createUnionType({
  name: 'RedeemProofResult',
  description: 'The result of `redeemProof`.',
  types: () => [RedeemProofSuccess, InvalidTokenError] as const,
});
