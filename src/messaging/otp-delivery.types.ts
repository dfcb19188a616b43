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
  description: 'The state of a message with a code.',
  valuesConfig: {
    QUEUED: { description: 'It is about to be sent, or to be tried again. Ask again in a few seconds.' },
    SENT: {
      description:
        'The provider has it. It stays in this state if the account does not know the device that asked, if the provider ' +
        'sends no reports, and for test numbers.',
    },
    DELIVERED: { description: 'The provider reports that the message arrived, or that the call was answered.' },
    FAILED: { description: 'It will not arrive. `problem` says why, and `message` says what to do.' },
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
    INVALID_NUMBER: { description: 'The number does not exist, or cannot receive these messages.' },
    OPTED_OUT: { description: 'The owner of the number asked for no more messages.' },
    NOT_ON_CHANNEL: { description: 'The number is not on this channel, such as WhatsApp or Telegram.' },
    UNREACHABLE: { description: 'The phone is off, has no reception, or its memory is full.' },
    NOT_ANSWERED: { description: 'The call was not answered, or the line was busy.' },
    BLOCKED: { description: 'A mobile operator blocked it, or gave no reason.' },
    EXPIRED: { description: 'The code was used, replaced or expired before the message could be sent.' },
    SERVICE: { description: 'It could not be sent, and the number is not the reason.' },
  },
});

@ObjectType({ description: 'The delivery of a message with a code.' })
export class OtpDelivery {
  @Field(() => OtpDeliveryStatus, { description: 'The state of the message.' })
  status!: OtpDeliveryStatus;

  @Field(() => OtpDeliveryProblem, { nullable: true, description: 'Why it does not arrive. Null unless it failed.' })
  problem!: OtpDeliveryProblem | null;

  @Field(() => String, { description: 'The state for a person to read, in English, with advice.' })
  message!: string;

  @Field(() => OtpChannelName, { description: 'How it is sent.' })
  channel!: OtpChannelName;

  @Field(() => GraphQLDateTime, { description: 'When the status last changed.' })
  updatedAt!: Date;
}

/** Advice for a person, by problem. */
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

/** The problem that clients see. Everything that concerns only the service is SERVICE. */
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
    case 'destination_blocked':
    case null:
      return OtpDeliveryProblem.SERVICE;
  }
}
