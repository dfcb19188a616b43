import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { costOfPage, toConnection } from '../../graphql/connection.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { type AdminContext, StaffOnly } from '../admin.context.js';
import { PAGE_ARGUMENTS } from '../page.types.js';
import { MOST_AT_ONCE } from '../pages.js';
import { DeliveryReportType, toDeliveryReport } from './delivery-report.types.js';
import { MessageConnection, toMessage } from './message.type.js';

@Resolver()
export class DeliveryReportResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => DeliveryReportType, {
    description: '"Why did I get no code?" in one answer, also for what is no number. For ADMIN and SUPPORT.',
  })
  async deliveryReport(
    @Arg('phoneNumber', () => String, { description: 'A number in any spelling, or what was typed in its place.' })
    phoneNumber: string,
    @Ctx() { services }: AdminContext,
  ): Promise<DeliveryReportType> {
    return toDeliveryReport(await services.deliveryReports.report(phoneNumber));
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => MessageConnection, {
    description:
      'Messages of the last 30 days to a number, the newest first. None where it is no number. For ADMIN and SUPPORT.',
    complexity: costOfPage(MOST_AT_ONCE),
  })
  async messages(
    @Arg('phoneNumber', () => String, { description: 'In any spelling.' }) phoneNumber: string,
    @Arg('first', () => Int, { defaultValue: 20, description: PAGE_ARGUMENTS.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: PAGE_ARGUMENTS.after }) after: string | null,
    @Ctx() { services }: AdminContext,
  ): Promise<MessageConnection> {
    const page = await services.deliveryReports.messages(phoneNumber, { first, after: after ?? null });
    return toConnection(page, MOST_AT_ONCE, toMessage);
  }
}
