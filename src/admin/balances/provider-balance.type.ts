import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ObjectType } from 'type-graphql';
import type { KnownBalance } from '../../messaging/balances/provider-balances.js';

@ObjectType('ProviderBalance', {
  simpleResolvers: true,
  description: 'What is left of the money that was paid to a provider ahead, as the provider says.',
})
export class ProviderBalanceType {
  @Field(() => String, { description: 'Its name, as in `DELIVERY_ROUTES`.' })
  provider!: string;

  @Field(() => Float, { description: 'In `currency`. Negative: it is owed.' })
  amount!: number;

  @Field(() => String, { description: 'The currency of `amount`, ISO 4217.' })
  currency!: string;

  @Field(() => GraphQLDateTime, { description: 'When the provider was asked.' })
  askedAt!: Date;
}

export function toProviderBalance({ at, ...balance }: KnownBalance): ProviderBalanceType {
  return Object.assign(new ProviderBalanceType(), { ...balance, askedAt: at });
}
