import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import type { Channel } from '../texts/channel.js';
import type { MessageStatus } from './message.table.js';
import { OtpChannelName } from './otp-channel.types.js';
import type { OtpDelivery as Delivery } from './otp-delivery.service.js';
import { OtpDelivery, OtpDeliveryStatus, problemOf, problems } from './otp-delivery.types.js';
import type { OtpDeliveryContext } from './otp-delivery.context.js';

const statuses: Readonly<Record<MessageStatus, { status: OtpDeliveryStatus; message: string }>> = {
  queued: { status: OtpDeliveryStatus.QUEUED, message: 'The message is about to be sent.' },
  sent: { status: OtpDeliveryStatus.SENT, message: 'The message is on its way.' },
  delivered: { status: OtpDeliveryStatus.DELIVERED, message: 'The message has arrived.' },
  failed: { status: OtpDeliveryStatus.FAILED, message: '' },
};

@Resolver()
export class OtpDeliveryResolver {
  @FieldRateLimit()
  @Query(() => OtpDelivery, {
    nullable: true,
    description:
      'What became of the message with a code. Ask every few seconds while you show the code boxes. A device that the ' +
      'account knows is told whether the message arrived: send its `deviceToken` to `requestOtp`. Anyone else is told only ' +
      'whether this service could send it, because the rest would tell strangers whether a phone is on. Null: the token is ' +
      'invalid or older than an hour, or `pausedUntil` was set.',
  })
  async otpDelivery(
    @Arg('requestToken', () => String, { description: 'From `RequestOtpSuccess.requestToken`.' })
    requestToken: string,
    @Ctx() { services }: OtpDeliveryContext,
  ): Promise<OtpDelivery | null> {
    const delivery = await services.otpDelivery.follow(requestToken);
    return delivery && toDelivery(delivery);
  }
}

function channelName(channel: Channel): OtpChannelName {
  if (channel === 'EMAIL') throw new Error('No code is asked for by email.');
  return OtpChannelName[channel];
}

function toDelivery({ status, failure, channel, updatedAt }: Delivery): OtpDelivery {
  const problem = status === 'failed' ? problemOf(failure) : null;
  const told = statuses[status];
  const message = problem ? problems[problem] : told.message;
  return Object.assign(new OtpDelivery(), {
    status: told.status,
    problem,
    message,
    channel: channelName(channel),
    updatedAt,
  });
}
