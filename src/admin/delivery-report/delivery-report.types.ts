import { GraphQLDateTime } from 'graphql-scalars';
import { type Complexity, Field, Int, ObjectType } from 'type-graphql';
import { DestinationRefusalName } from '../../graphql/user-error.js';
import { OtpChannelName } from '../../messaging/otp-channel.types.js';
import { purposeOf } from '../../otp/otp-purpose.js';
import type { CodeRequestResult } from '../../sign-in/code-requests/code-request.table.js';
import { OtpPurposeName } from '../../sign-in/request-otp.types.js';
import { BlockedDestinationType, toBlockedDestination } from '../destinations/blocked-destination.type.js';
import { PauseType, toPauseType } from '../destinations/pause.type.js';
import { type DeliveryReport, MOST_REPORTED } from './delivery-report.service.js';
import { DeliveryCauseName } from './delivery-cause.types.js';
import { Message, toMessage } from './message.type.js';
import type { KeptChallenge, KeptRequest } from './report.repository.js';

@ObjectType({ simpleResolvers: true, description: 'One call of `requestOtp`, and how it was answered.' })
export class CodeRequest {
  @Field(() => GraphQLDateTime, { description: 'When it was answered.' })
  at!: Date;

  @Field(() => OtpPurposeName, { description: 'What the code was for.' })
  purpose!: OtpPurposeName;

  @Field(() => OtpChannelName, { description: 'How the code was to be sent.' })
  channel!: OtpChannelName;

  @Field(() => String, { description: 'The answer: the name of its type in `RequestOtpResult`.' })
  result!: string;

  @Field(() => DestinationRefusalName, {
    nullable: true,
    description: 'Of `DestinationNotAllowedError`: why no code is sent there. Otherwise null.',
  })
  reason!: DestinationRefusalName | null;

  @Field(() => String, {
    nullable: true,
    description: 'The limit that refused it, as docs/limits.md names it. Callers are not told. Null: no limit did.',
  })
  budget!: string | null;

  @Field(() => Int, { nullable: true, description: 'When the caller was told to try again.' })
  retryAfterSeconds!: number | null;

  @Field(() => String, { nullable: true, description: 'The id of the request, as in the log.' })
  requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'The address that asked: of a person, or of an app between.' })
  ipAddress!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The latest code of the number for one purpose. The code itself is kept nowhere.',
})
export class ChallengeState {
  @Field(() => OtpPurposeName, { description: 'What the code is for.' })
  purpose!: OtpPurposeName;

  @Field(() => GraphQLDateTime, { description: 'When the code was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the code expires.' })
  expiresAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When it was last asked for. Null: never; somebody guessed at a code that nobody asked for.',
  })
  sentAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was used, or ended early. Null: it was not.' })
  consumedAt!: Date | null;

  @Field(() => Int, { description: 'Guesses at it, by anybody.' })
  attempts!: number;
}

/** Of the lists that can be long. */
const COST: Complexity = ({ childComplexity }) => 1 + MOST_REPORTED * childComplexity;

@ObjectType('DeliveryReport', {
  simpleResolvers: true,
  description:
    'Why a number got no code: the most likely cause, and everything that it is judged by, of the last seven days. Lists ' +
    'have up to 50 items, the newest first. Requests of the last second may be missing, and those of a flood.',
})
export class DeliveryReportType {
  @Field(() => String, { description: 'The number in E.164; if it is no number, what was asked about.' })
  phoneNumber!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The country of the number (ISO 3166-1 alpha-2, or `001` for none). Null: a test number, or no number.',
  })
  country!: string | null;

  @Field(() => DeliveryCauseName, { description: 'The most likely cause.' })
  cause!: DeliveryCauseName;

  @Field(() => String, { description: 'The cause for a person to read: one English sentence, with times in UTC.' })
  explanation!: string;

  @Field(() => GraphQLDateTime, { description: 'What happened before is not in the report.' })
  since!: Date;

  @Field(() => [CodeRequest], { complexity: COST, description: 'Requests for codes, refused ones too.' })
  requests!: CodeRequest[];

  @Field(() => [ChallengeState], { description: 'The latest code for each purpose, until a day after it expired.' })
  challenges!: ChallengeState[];

  @Field(() => [Message], { complexity: COST, description: 'Messages to the number, notices too.' })
  messages!: Message[];

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the lock after wrong codes ends, for devices that the account does not know. Null: no lock.',
  })
  lockedUntil!: Date | null;

  @Field(() => [PauseType], { description: 'Pauses that hold for the number now.' })
  pauses!: PauseType[];

  @Field(() => [BlockedDestinationType], { description: 'Blocks that hold for the number now.' })
  blocks!: BlockedDestinationType[];
}

export function toDeliveryReport(report: DeliveryReport): DeliveryReportType {
  return Object.assign(new DeliveryReportType(), {
    ...report,
    cause: DeliveryCauseName[report.cause],
    requests: report.requests.map(toCodeRequest),
    challenges: report.challenges.map(toChallengeState),
    messages: report.messages.map(toMessage),
    pauses: report.pauses.map(toPauseType),
    blocks: report.blocks.map(toBlockedDestination),
  });
}

const RESULTS: Readonly<Record<CodeRequestResult, string>> = {
  sent: 'RequestOtpSuccess',
  invalid_input: 'InvalidInputError',
  reauthentication_required: 'ReauthenticationRequiredError',
  captcha_required: 'CaptchaRequiredError',
  destination_not_allowed: 'DestinationNotAllowedError',
  user_not_found: 'UserNotFoundError',
  locked: 'AccountLockedError',
  too_many_requests: 'TooManyRequestsError',
  delivery_unavailable: 'DeliveryUnavailableError',
};

function toCodeRequest({ result, reason, purpose, channel, ...request }: KeptRequest): CodeRequest {
  const { at, budget, retryAfterSeconds, requestId, ipAddress } = request;
  return Object.assign(new CodeRequest(), {
    ...{ at, budget, retryAfterSeconds, requestId, ipAddress },
    purpose: OtpPurposeName[purpose],
    channel: OtpChannelName[channel as OtpChannelName],
    result: RESULTS[result],
    reason: result === 'destination_not_allowed' ? refusalOf(reason) : null,
  });
}

function refusalOf(reason: string | null): DestinationRefusalName | null {
  return Object.values(DestinationRefusalName).find((name) => name.toLowerCase() === reason) ?? null;
}

function toChallengeState({ purpose, ...challenge }: KeptChallenge): ChallengeState {
  const { createdAt, expiresAt, sentAt, consumedAt, attempts, deviceAttempts, tokenAttempts } = challenge;
  return Object.assign(new ChallengeState(), {
    ...{ createdAt, expiresAt, sentAt, consumedAt },
    purpose: OtpPurposeName[purposeOf(purpose) as OtpPurposeName],
    attempts: attempts + deviceAttempts + tokenAttempts,
  });
}
