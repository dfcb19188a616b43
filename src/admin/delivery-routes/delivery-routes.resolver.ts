import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { isCountry } from '../../phone/country.js';
import { channels } from '../../texts/channel.js';
import { type AdminContext, StaffOnly } from '../admin.context.js';
import { DeliveryRouteType, toDeliveryRoute } from './delivery-routes.types.js';

@Resolver()
export class DeliveryRoutesResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => [DeliveryRouteType], {
    description:
      'Which providers send to a country, in which order, and why. Empty: there is no such country or channel, or nothing is sent there. For ADMIN and SUPPORT.',
    complexity: ({ childComplexity }) => 1 + channels.length * childComplexity,
  })
  async deliveryRoutes(
    @Arg('country', () => String, { description: 'ISO 3166-1 alpha-2, or 001 for numbers of no country.' })
    country: string,
    @Arg('channel', () => String, {
      nullable: true,
      description: '`SMS`, `WHATSAPP`, `VOICE` or `EMAIL`. Null or left out: all of them.',
    })
    channel: string | null | undefined,
    @Ctx() { services }: AdminContext,
  ): Promise<DeliveryRouteType[]> {
    const code = country.toUpperCase();
    const only = channels.find((each) => each === channel) ?? null;
    if (!isCountry(code) || (only === null && channel != null)) return [];
    return (await services.routeReports.reports(code, only)).map(toDeliveryRoute);
  }
}
