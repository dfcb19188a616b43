import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ReportedProvider, RouteReport } from '../../learned-routes/route-report.service.js';

export enum RouteStandingName {
  FIRST = 'first',
  RIVAL = 'rival',
  DEAR = 'dear',
  BELOW_FLOOR = 'below_floor',
  UNKNOWN = 'unknown',
  SETTLED = 'settled',
}

registerEnumType(RouteStandingName, {
  name: 'RouteStanding',
  description: 'Why a provider has its place in a route.',
  valuesConfig: {
    FIRST: { description: 'It costs least for a verified number, of those that deliver well enough.' },
    RIVAL: { description: 'It may turn out cheaper than the first one, so it is tried now and then.' },
    DEAR: { description: 'It costs more than the first one, even if it delivers as well as it may.' },
    BELOW_FLOOR: { description: 'It delivers clearly worse than the best one, so it is not chosen.' },
    UNKNOWN: { description: 'Too few codes are known of it yet, so it is tried.' },
    SETTLED: { description: 'The settings say its place: the order of this route is not learned.' },
  },
});

@ObjectType('RouteProvider', { simpleResolvers: true, description: 'A provider of a route, and why it has its place.' })
export class RouteProviderType {
  @Field(() => String, { description: 'Its name, as in DELIVERY_ROUTES.' })
  provider!: string;

  @Field(() => RouteStandingName, { description: 'Why it has its place.' })
  standing!: RouteStandingName;

  @Field(() => String, { description: 'The same in a sentence or two, in English.' })
  explanation!: string;

  @Field(() => Float, { description: 'The part of the codes that it gets first, from 0 to 1.' })
  part!: number;

  @Field(() => Float, { description: 'Codes that it got first, as far as they still count. Older ones count less.' })
  tries!: number;

  @Field(() => Float, { description: 'Those of them that were verified in time, without being asked for again.' })
  verified!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The share that is verified, as it is believed to be, from 0 to 1. Null: no code is known.',
  })
  verifiedShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The true share is this or more in 19 of 20 cases. Null: no code is known.',
  })
  leastShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The true share is this or less in 19 of 20 cases. Null: no code is known.',
  })
  mostShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Seconds from the request until half of the verified codes of the last day that it carried were verified. Null: there were none.',
  })
  medianSeconds!: number | null;

  @Field(() => Float, {
    description: 'What one message costs, in `currency`: as the provider tells, or as the price list says.',
  })
  price!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'What a verified number costs with it as the first, all attempts together. Null: no code is known.',
  })
  costPerVerified!: number | null;
}

@ObjectType('DeliveryRoute', {
  simpleResolvers: true,
  description: 'The providers that send by a channel to a country, and why they have their order.',
})
export class DeliveryRouteType {
  @Field(() => String, { description: '`SMS`, `WHATSAPP`, `VOICE` or `EMAIL`.' })
  channel!: string;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2. Null: emails have no country.' })
  country!: string | null;

  @Field(() => Boolean, { description: 'Whether the order is learned (`auto` in DELIVERY_ROUTES).' })
  learned!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether only codes to numbers count that verified an account a day earlier: there are enough of them. Strangers then teach nothing.',
  })
  ownersAlone!: boolean;

  @Field(() => String, { description: 'ISO 4217, of all money here.' })
  currency!: string;

  @Field(() => Int, { description: 'The time in which what is known of a provider fades to a half.' })
  halfLifeSeconds!: number;

  @Field(() => [RouteProviderType], { description: 'In the order in which they get a message.' })
  providers!: RouteProviderType[];
}

export function toDeliveryRoute({ providers, ...route }: RouteReport): DeliveryRouteType {
  return Object.assign(new DeliveryRouteType(), { ...route, providers: providers.map(toProvider) });
}

function toProvider({ share, standing, ...provider }: ReportedProvider): RouteProviderType {
  return Object.assign(new RouteProviderType(), {
    ...provider,
    standing: STANDINGS[standing],
    verifiedShare: share?.mean ?? null,
    leastShare: share?.low ?? null,
    mostShare: share?.high ?? null,
  });
}

const STANDINGS: Readonly<Record<ReportedProvider['standing'], RouteStandingName>> = {
  first: RouteStandingName.FIRST,
  rival: RouteStandingName.RIVAL,
  dear: RouteStandingName.DEAR,
  below_floor: RouteStandingName.BELOW_FLOOR,
  unknown: RouteStandingName.UNKNOWN,
  settled: RouteStandingName.SETTLED,
};
