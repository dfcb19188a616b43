import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../graphql/connection.js';
import { OtpDeliveryStatus } from '../../messaging/otp-delivery.types.js';
import { purposeOf } from '../../otp/otp-purpose.js';
import { OtpPurposeName } from '../../sign-in/request-otp.types.js';
import type { KeptMessage } from './report.repository.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A message to a number: one with a code, or a notice. Neither its text nor its code is kept anywhere.',
})
export class Message {
  @Field(() => ID, { description: 'As in the log and in reports of a gateway.' })
  id!: string;

  @Field(() => String, { description: 'Where it went, in E.164.' })
  phoneNumber!: string;

  @Field(() => OtpPurposeName, { nullable: true, description: 'What its code is for. Null: it is a notice.' })
  purpose!: OtpPurposeName | null;

  @Field(() => String, { description: 'How it was sent: `SMS`, `WHATSAPP`, `TELEGRAM` or `VOICE`.' })
  channel!: string;

  @Field(() => OtpDeliveryStatus, { description: 'Its state, as far as the provider says.' })
  status!: OtpDeliveryStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The provider that took it, refused it last, or whose turn it is. Null: there is none.',
  })
  provider!: string | null;

  @Field(() => String, { nullable: true, description: "The provider's own id of it, to look it up there." })
  providerMessageId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it did not arrive, or why the last attempt failed, such as `unreachable` (docs/delivery.md).',
  })
  failure!: string | null;

  @Field(() => String, { nullable: true, description: "The provider's own code of the failure, to look it up there." })
  providerCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's own words about the failure, where it has any: 200 characters, without what could be a number or a code.",
  })
  providerMessage!: string | null;

  @Field(() => Int, { description: 'How many attempts to send it there were.' })
  attempts!: number;

  @Field(() => String, {
    nullable: true,
    description: 'What the provider says it cost, in units of `priceCurrency`. Null: the provider has not said.',
  })
  price!: string | null;

  @Field(() => String, { nullable: true, description: 'The currency of `price` (ISO 4217).' })
  priceCurrency!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was written.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When `status` became what it is. Null: it is queued.' })
  settledAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its code was entered. Null: it was not.' })
  verifiedAt!: Date | null;
}

export const MessageConnection = connectionType(Message, {
  name: 'Message',
  connection: 'Messages to a number, the newest first.',
  edge: 'A message with its cursor.',
});
export type MessageConnection = InstanceType<typeof MessageConnection>;

const STATUSES = {
  queued: OtpDeliveryStatus.QUEUED,
  sent: OtpDeliveryStatus.SENT,
  delivered: OtpDeliveryStatus.DELIVERED,
  failed: OtpDeliveryStatus.FAILED,
} as const;

export function toMessage({ challengeId: _, destination, purpose, status, ...message }: KeptMessage): Message {
  return Object.assign(new Message(), {
    ...message,
    phoneNumber: destination,
    purpose: purpose && OtpPurposeName[purposeOf(purpose) as OtpPurposeName],
    status: STATUSES[status],
  });
}
