import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { PasskeyRow } from '../../passkeys/passkey.table.js';

@ObjectType('Passkey', { simpleResolvers: true, description: 'A passkey of an account.' })
export class PasskeyType {
  @Field(() => ID, { description: 'Stable id (UUID).' })
  id!: string;

  @Field(() => String, { description: 'What its owner calls it.' })
  name!: string;

  @Field(() => GraphQLDateTime, { description: 'When it was added.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When it last signed in, or proved anew who its owner is. Null: never.',
  })
  lastUsedAt!: Date | null;

  @Field(() => Boolean, {
    description:
      'Whether it was copied to other devices of its owner when it was last used. Without a copy, it goes with its device.',
  })
  backedUp!: boolean;
}

export function toPasskeyType({ id, name, createdAt, lastUsedAt, backedUp }: PasskeyRow): PasskeyType {
  return Object.assign(new PasskeyType(), { id, name, createdAt, lastUsedAt, backedUp });
}
