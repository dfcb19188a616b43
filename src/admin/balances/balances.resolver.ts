import { Ctx, Query, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { type AdminContext, StaffOnly } from '../admin.context.js';
import { ProviderBalanceType, toProviderBalance } from './provider-balance.type.js';

/** Providers that the cost of a document is counted with. */
const MANY = 5;

@Resolver()
export class BalancesResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => [ProviderBalanceType], {
    description:
      'What is left with the providers that tell it, as this process heard within the last hour. It asks every quarter of an hour. ' +
      'For ADMIN and SUPPORT.',
    complexity: ({ childComplexity }) => 1 + MANY * childComplexity,
  })
  providerBalances(@Ctx() { services }: AdminContext): ProviderBalanceType[] {
    return services.providerBalances.known.map(toProviderBalance);
  }
}
