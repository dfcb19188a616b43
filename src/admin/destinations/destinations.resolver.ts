import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { costOfPage, toConnection } from '../../graphql/connection.js';
import { invalidInput } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { forbidden } from '../../graphql/only-if.js';
import { requireSession } from '../../graphql/signed-in.js';
import { NotFoundError, TooManyRequestsError, userError } from '../../graphql/user-error.js';
import { waitInWords } from '../../graphql/wait.js';
import { administrator } from '../actor.js';
import { type AdminContext, StaffOnly } from '../admin.context.js';
import { PAGE_ARGUMENTS } from '../page.types.js';
import { MOST_AT_ONCE } from '../pages.js';
import { BlockedDestinationConnection, toBlockedDestination } from './blocked-destination.type.js';
import {
  BlockDestinationInput,
  BlockDestinationResult,
  BlockDestinationSuccess,
  ClearLimitsResult,
  ClearLimitsSuccess,
  LiftPauseResult,
  LiftPauseSuccess,
  SendBudgetType,
  toSendBudget,
  UnblockDestinationResult,
  UnblockDestinationSuccess,
} from './destinations.types.js';
import { PauseType, toPauseType } from './pause.type.js';

/** Entries of these lists that the cost of a document is counted with. */
const MANY = 20;

@Resolver()
export class DestinationsResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => BlockedDestinationConnection, {
    description: 'Where nothing is sent, because an administrator says so. For ADMIN and SUPPORT.',
    complexity: costOfPage(MOST_AT_ONCE),
  })
  async blockedDestinations(
    @Arg('first', () => Int, { defaultValue: 20, description: PAGE_ARGUMENTS.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: PAGE_ARGUMENTS.after }) after: string | null,
    @Ctx() { services }: AdminContext,
  ): Promise<BlockedDestinationConnection> {
    const page = await services.blocks.list({ first, after: after ?? null });
    return toConnection(page, MOST_AT_ONCE, toBlockedDestination);
  }

  @FieldRateLimit()
  @StaffOnly('ADMIN')
  @Mutation(() => BlockDestinationResult, {
    description: 'Sends nothing any more to a number, to all that begin like it, or to a country. Only ADMIN.',
  })
  async blockDestination(
    @Arg('input', () => BlockDestinationInput, { description: 'Where, and why.' }) input: BlockDestinationInput,
    @Ctx() context: AdminContext,
  ): Promise<typeof BlockDestinationResult> {
    const { phoneNumber = null, prefix = null, country = null, reason, until = null } = input;
    const actor = administrator(await requireSession(context), context.client);
    const outcome = await context.services.blocks.block({ phoneNumber, prefix, country, reason, until }, actor);
    if (outcome.kind === 'invalid_input') return invalidInput(outcome);
    return Object.assign(new BlockDestinationSuccess(), { blockedDestination: toBlockedDestination(outcome.block) });
  }

  @FieldRateLimit()
  @StaffOnly('ADMIN')
  @Mutation(() => UnblockDestinationResult, { description: 'Ends a block. Only ADMIN.' })
  async unblockDestination(
    @Arg('id', () => ID, { description: 'From `blockedDestinations`.' }) id: string,
    @Ctx() context: AdminContext,
  ): Promise<typeof UnblockDestinationResult> {
    const actor = administrator(await requireSession(context), context.client);
    const block = await context.services.blocks.unblock(id, actor);
    if (!block) return userError(NotFoundError, { message: 'No block has this id.' });
    return Object.assign(new UnblockDestinationSuccess(), { blockedDestination: toBlockedDestination(block) });
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => [PauseType], {
    description: 'What the pumping guard has paused, the longest first. For ADMIN and SUPPORT.',
    complexity: ({ childComplexity }) => 1 + MANY * childComplexity,
  })
  async pauses(@Ctx() { services }: AdminContext): Promise<PauseType[]> {
    return (await services.pauses.list()).map(toPauseType);
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Mutation(() => LiftPauseResult, {
    description: 'Ends a pause of the pumping guard at once, and wipes out what spoke for it. For ADMIN and SUPPORT.',
  })
  async liftPause(
    @Arg('id', () => ID, { description: 'From `pauses`.' }) id: string,
    @Ctx() context: AdminContext,
  ): Promise<typeof LiftPauseResult> {
    const actor = administrator(await requireSession(context), context.client);
    const pause = await context.services.pauses.lift(id, actor);
    if (!pause) return userError(NotFoundError, { message: 'Nothing with this id is paused.' });
    return Object.assign(new LiftPauseSuccess(), { pause: toPauseType(pause) });
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => [SendBudgetType], {
    description:
      'The limits on sending that people share: those of the service, and of each country that anything was sent to. For ADMIN and SUPPORT.',
    complexity: ({ childComplexity }) => 1 + MANY * childComplexity,
  })
  async sendBudgets(@Ctx() { services }: AdminContext): Promise<SendBudgetType[]> {
    return (await services.sharedBudgets.list()).map(toSendBudget);
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Mutation(() => ClearLimitsResult, {
    description:
      'Lifts the locks and the limits on codes of one number, for somebody who used them up by mistake, at most three times a ' +
      'day. The wrong guesses of the day stay spent. Where they are all spent, neither the lock nor the limits on codes are ' +
      'lifted. For ADMIN, and for SUPPORT where the account of the number has no role.',
  })
  async clearLimits(
    @Arg('phoneNumber', () => String, { description: 'In any spelling.' }) phoneNumber: string,
    @Ctx() context: AdminContext,
  ): Promise<typeof ClearLimitsResult> {
    const session = await requireSession(context);
    const actor = administrator(session, context.client);
    const outcome = await context.services.clearLimits.clear(phoneNumber, actor, session.user.role);
    switch (outcome.kind) {
      case 'cleared': {
        const { phoneNumber, cleared } = outcome;
        return Object.assign(new ClearLimitsSuccess(), { phoneNumber, cleared });
      }
      case 'invalid_input':
        return invalidInput(outcome);
      case 'too_many_requests': {
        const { retryAfterSeconds } = outcome;
        const message = `The limits of this number were cleared too often. Try again in ${waitInWords(retryAfterSeconds)}.`;
        return userError(TooManyRequestsError, { message, retryAfterSeconds });
      }
      case 'forbidden':
        throw forbidden();
    }
  }
}
