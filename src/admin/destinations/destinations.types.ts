import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import type { SharedBudget } from '../../budgets/shared-budgets.js';
import { InvalidInputError, NotFoundError, TooManyRequestsError } from '../../graphql/user-error.js';
import { BlockedDestinationType } from './blocked-destination.type.js';
import { PauseType } from './pause.type.js';

@InputType({ description: 'Where nothing is sent any more: one of `phoneNumber`, `prefix` and `country`.' })
export class BlockDestinationInput {
  @Field(() => String, { nullable: true, description: 'One number, in any spelling.' })
  phoneNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'All numbers that begin like this: + and the code of a country, or more digits, e.g. `+97798`.',
  })
  prefix?: string | null;

  @Field(() => String, { nullable: true, description: 'All numbers of a country, ISO 3166-1 alpha-2.' })
  country?: string | null;

  @Field(() => String, { description: 'Why, for other administrators. 1 to 500 characters.' })
  reason!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the block ends by itself. Null: it does not.' })
  until?: Date | null;
}

@ObjectType({
  description: 'Nothing is sent there from now on, by any process. A block of the same destination is replaced.',
})
export class BlockDestinationSuccess {
  @Field(() => BlockedDestinationType, { description: 'The block.' })
  blockedDestination!: BlockedDestinationType;
}

export const BlockDestinationResult = createUnionType({
  name: 'BlockDestinationResult',
  description: 'The answer to `blockDestination`.',
  types: () => [BlockDestinationSuccess, InvalidInputError] as const,
});

@ObjectType({ description: 'Codes are sent there again.' })
export class UnblockDestinationSuccess {
  @Field(() => BlockedDestinationType, { description: 'The block as it was.' })
  blockedDestination!: BlockedDestinationType;
}

export const UnblockDestinationResult = createUnionType({
  name: 'UnblockDestinationResult',
  description: 'The answer to `unblockDestination`.',
  types: () => [UnblockDestinationSuccess, NotFoundError] as const,
});

@ObjectType({ description: 'Unknown numbers there get their codes again, from every process.' })
export class LiftPauseSuccess {
  @Field(() => PauseType, { description: 'The pause as it ended.' })
  pause!: PauseType;
}

export const LiftPauseResult = createUnionType({
  name: 'LiftPauseResult',
  description: 'The answer to `liftPause`.',
  types: () => [LiftPauseSuccess, NotFoundError] as const,
});

@ObjectType({
  description: 'What kept the number from codes or sign-ins is lifted. The wrong guesses of the day stay spent.',
})
export class ClearLimitsSuccess {
  @Field(() => String, { description: 'The number that was read, E.164.' })
  phoneNumber!: string;

  @Field(() => [String], {
    description: 'The limits that held something, by their names in docs/limits.md. Empty: nothing was in the way.',
  })
  cleared!: string[];
}

export const ClearLimitsResult = createUnionType({
  name: 'ClearLimitsResult',
  description: 'The answer to `clearLimits`.',
  types: () => [ClearLimitsSuccess, InvalidInputError, TooManyRequestsError] as const,
});

@ObjectType('SendBudget', {
  simpleResolvers: true,
  description:
    'How full a limit on sending is that many people share. Parts that a process has taken and not spent count as spent ' +
    '(docs/sending-limits.md).',
})
export class SendBudgetType {
  @Field(() => String, { description: 'As in docs/limits.md.' })
  name!: string;

  @Field(() => String, {
    description: 'Whose it is, as in the metric `send_budget_filling`: `all`, `all:newcomers`, `country:NP`, `money`.',
  })
  scope!: string;

  @Field(() => Float, { description: 'In `unit`.' })
  limit!: number;

  @Field(() => Float, { description: 'What counts of it now, in `unit`.' })
  spent!: number;

  @Field(() => String, { description: '`messages`, or a currency (ISO 4217).' })
  unit!: string;

  @Field(() => Int, { description: 'The window that it counts in.' })
  windowSeconds!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it has room for one more. Null: it has.' })
  availableAt!: Date | null;
}

export function toSendBudget({ window, ...budget }: SharedBudget): SendBudgetType {
  return Object.assign(new SendBudgetType(), { ...budget, windowSeconds: window });
}
