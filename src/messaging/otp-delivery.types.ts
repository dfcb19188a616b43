import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { MessageFailure } from './message.table.js';
import { OtpChannelName } from './otp-channel.types.js';

export enum OtpDeliveryStatus {
  QUEUED = 'QUEUED',
  SENT = 'SENT',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}

registerEnumType(OtpDeliveryStatus, {
  name: 'OtpDeliveryStatus',
  description: 'How far a message with a code has come.',
  valuesConfig: {
    QUEUED: { description: 'It is about to be handed over, or to be tried again. Ask again in a few seconds.' },
    SENT: {
      description:
        'On its way. Where nobody reports what becomes of messages, it stays like this, and for test numbers.',
    },
    DELIVERED: { description: 'The provider says that it arrived; of a call, that it was answered.' },
    FAILED: { description: 'It will not arrive: `problem` tells why, and `message` what to do.' },
  },
});

export enum OtpDeliveryProblem {
  INVALID_NUMBER = 'INVALID_NUMBER',
  OPTED_OUT = 'OPTED_OUT',
  NOT_ON_CHANNEL = 'NOT_ON_CHANNEL',
  UNREACHABLE = 'UNREACHABLE',
  NOT_ANSWERED = 'NOT_ANSWERED',
  BLOCKED = 'BLOCKED',
  EXPIRED = 'EXPIRED',
  SERVICE = 'SERVICE',
}

registerEnumType(OtpDeliveryProblem, {
  name: 'OtpDeliveryProblem',
  description: 'Why a message does not arrive.',
  valuesConfig: {
    INVALID_NUMBER: { description: 'Nobody has the number, or it takes no such messages.' },
    OPTED_OUT: { description: 'Whoever has the number asked for no more messages.' },
    NOT_ON_CHANNEL: { description: 'The number is not on this channel, such as WhatsApp.' },
    UNREACHABLE: { description: 'The phone is off, has no reception or takes no more messages.' },
    NOT_ANSWERED: { description: 'The call was not answered, or the line was busy.' },
    BLOCKED: { description: 'A mobile operator did not let it through, or does not say why.' },
    EXPIRED: { description: 'The code was used, replaced or over before the message could be sent.' },
    SERVICE: { description: 'It could not be sent, for a reason that is not with the number.' },
  },
});

@ObjectType({ description: 'What becomes of the message that carries a code.' })
export class OtpDelivery {
  @Field(() => OtpDeliveryStatus, { description: 'How far it has come.' })
  status!: OtpDeliveryStatus;

  @Field(() => OtpDeliveryProblem, { nullable: true, description: 'Why it does not arrive; null unless it failed.' })
  problem!: OtpDeliveryProblem | null;

  @Field(() => String, { description: 'The same for a person, in English, with what to do.' })
  message!: string;

  @Field(() => OtpChannelName, { description: 'How it travels.' })
  channel!: OtpChannelName;

  @Field(() => GraphQLDateTime, { description: 'Since when the status is what it is.' })
  updatedAt!: Date;
}

/** What to tell a person, by failure. */
export const problems: Readonly<Record<OtpDeliveryProblem, string>> = {
  INVALID_NUMBER: 'This number cannot receive the message. Check it, or use another one.',
  OPTED_OUT: 'This number has asked for no more messages from us. Answer START to the last one, then ask again.',
  NOT_ON_CHANNEL: 'This number cannot be reached this way. Choose another way to get the code.',
  UNREACHABLE: 'The phone cannot be reached. Switch it on, find reception, then ask again.',
  NOT_ANSWERED: 'The call was not answered. Ask again when you can take it.',
  BLOCKED: 'The mobile operator did not deliver the message. Ask again, or choose another way to get the code.',
  EXPIRED: 'The code was over before the message could be sent. Ask for a new one.',
  SERVICE: 'The message could not be sent. Ask again later, or choose another way to get the code.',
};

/** What a failure is called outside; what is the service's own business is one problem. */
export function problemOf(failure: MessageFailure | null): OtpDeliveryProblem {
  switch (failure) {
    case 'invalid_number':
      return OtpDeliveryProblem.INVALID_NUMBER;
    case 'opted_out':
      return OtpDeliveryProblem.OPTED_OUT;
    case 'not_on_channel':
      return OtpDeliveryProblem.NOT_ON_CHANNEL;
    case 'unreachable':
      return OtpDeliveryProblem.UNREACHABLE;
    case 'not_answered':
      return OtpDeliveryProblem.NOT_ANSWERED;
    case 'blocked':
    case 'undelivered':
      return OtpDeliveryProblem.BLOCKED;
    case 'expired':
    case 'superseded':
      return OtpDeliveryProblem.EXPIRED;
    case 'country_not_enabled':
    case 'bad_credentials':
    case 'slow_down':
    case 'rejected':
    case 'provider_unavailable':
    case 'timeout':
    case 'withheld':
    case null:
      return OtpDeliveryProblem.SERVICE;
  }
}
