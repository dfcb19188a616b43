import type { BlockRow } from '../../blocks/blocked-destination.table.js';
import type { DestinationRefusal } from '../../phone/destination.js';
import type { FieldProblem } from '../../platform/field-problems.js';
import type { Channel } from '../../texts/channel.js';
import type { DeliveryCause, Judgement } from './decision.js';

/** What stands in the way of a text to the number, whatever was asked for. */
export type Standing = DestinationRefusal | 'blocked';

export interface AboutNumber {
  /** Why it is no number. */
  readonly problem: FieldProblem['code'] | null;
  readonly country: string | null;
  readonly standing: Standing | null;
  readonly lockedUntil: Date | null;
  readonly since: Date;
  readonly block: BlockRow | null;
}

/** The judgement in one English sentence, for somebody who has the person on the phone. */
export function explain(judgement: Judgement, about: AboutNumber): string {
  return SENTENCES[judgement.cause](judgement, about);
}

type Sentence = (judgement: Judgement, about: AboutNumber) => string;

const SENTENCES: Readonly<Record<DeliveryCause, Sentence>> = {
  NOT_A_NUMBER: (_, { problem }) =>
    `This is no phone number: ${NO_NUMBER[problem ?? ''] ?? 'no number has this form'}.`,
  NOT_REQUESTED: notRequested,
  COUNTRY: (judgement, { country }) =>
    `Codes are not sent ${by(judgement)} to ${country ?? 'this country'} (ALLOWED_COUNTRIES, DELIVERY_ROUTES).`,
  NUMBER_TYPE: (judgement) =>
    `Codes are not sent ${by(judgement)} to numbers of this kind, such as landlines; a landline can be called.`,
  BLOCKED: (_, { block }) =>
    `Nothing is sent to this number, because an administrator blocked it, its range or its country${reasonOf(block)}.`,
  INVALID_NUMBER: (judgement) =>
    `${provider(judgement)} says that this number does not exist or gets no messages${told(judgement)}.`,
  OPTED_OUT: (judgement) =>
    `The owner of the number asked for no more messages, and gets them again after answering START to the last one${told(judgement)}.`,
  NOT_ON_CHANNEL: (judgement) =>
    `Codes do not reach this number ${by(judgement)}, and another way may work${told(judgement)}.`,
  UNKNOWN_NUMBER: ({ request }) =>
    `No account has verified this number, so no code was sent${request?.result === 'user_not_found' ? '' : ', although the caller was told so'}.`,
  CAPTCHA: (judgement) => `${asked(judgement)} had to pass a CAPTCHA first, and did not${limited(judgement)}.`,
  TOO_SOON: (judgement) =>
    `${asked(judgement)} came too soon after the code before, so nothing further was sent${again(judgement)}.`,
  BUDGET_SPENT: (judgement) => `${asked(judgement)} was refused${limited(judgement)}${again(judgement)}.`,
  LOCKED: (judgement, { lockedUntil }) =>
    lockedUntil
      ? `The number is locked until ${time(lockedUntil)} after too many wrong codes.`
      : `${asked(judgement)} was refused, because the number was locked after too many wrong codes.`,
  PAUSED: () =>
    'The code was not sent, although the caller was told so, because the range of the number is paused: few codes sent there are entered.',
  PROVIDERS_DOWN: (judgement) =>
    `No provider took the message ${of(judgement.message?.createdAt ?? judgement.request?.at)}${told(judgement)}.`,
  QUEUED: (judgement) =>
    `The message ${written(judgement)} is still to be sent by ${judgement.message?.provider ?? 'a provider'}${told(judgement)}.`,
  PROVIDER_REFUSED: (judgement) =>
    `${provider(judgement)} refused the message ${written(judgement)}${told(judgement)}.`,
  UNDELIVERED: (judgement) =>
    `${provider(judgement)} took the message ${written(judgement)} and could not deliver it${told(judgement)}.`,
  SENT: (judgement) =>
    `${provider(judgement)} took the message ${settled(judgement)} and has not said since whether it arrived${unused(judgement)}.`,
  DELIVERED: (judgement) =>
    `${provider(judgement)} says that the message arrived ${settled(judgement)}${unused(judgement)}.`,
  VERIFIED: ({ message, challenge }) =>
    message?.verifiedAt
      ? `The code arrived and was used ${at(message.verifiedAt)}.`
      : `The code was sent, and it was used or ended ${at(challenge?.consumedAt)}.`,
  EXPIRED: (judgement) =>
    judgement.message?.status === 'delivered'
      ? `The message arrived ${settled(judgement)}, after its code had expired.`
      : 'The code was used, replaced or expired before its message could be sent.',
  TEST_NUMBER: () => 'This is a test number: nothing is sent to it, and its code is the fixed one of TEST_PHONES.',
};

function asked({ request }: Judgement): string {
  return request ? `The request ${of(request.at)}` : 'The latest request';
}

function by({ request, message }: Judgement): string {
  return CHANNELS[request?.channel ?? message?.channel ?? 'SMS'];
}

function provider({ message }: Judgement): string {
  return message?.provider ?? 'The provider';
}

function written({ message }: Judgement): string {
  return of(message?.createdAt);
}

function settled({ message }: Judgement): string {
  return at(message?.settledAt);
}

function notRequested({ request }: Judgement, { since, standing }: AboutNumber): string {
  if (request?.result === 'reauthentication_required')
    return `The request ${of(request.at)} was for a change of number, and the user had to prove first who they are.`;
  if (request)
    return `The request ${of(request.at)} was refused, because the app sent invalid input (${request.reason}).`;
  const refused = standing === null ? '' : `, and a request would be refused, because ${STANDING[standing]}`;
  return `No code was asked for since ${time(since)}${refused}.`;
}

const STANDING: Readonly<Record<Standing, string>> = {
  country: 'codes are not sent to the country',
  number_type: 'codes are not sent to numbers of this kind',
  blocked: 'an administrator blocked the number, its range or its country',
};

const NO_NUMBER: Readonly<Record<string, string>> = {
  BLANK: 'it is empty',
  TOO_SHORT: 'it is too short',
  TOO_LONG: 'it is too long',
  UNKNOWN_COUNTRY: 'no country has its country code',
  COUNTRY_CODE_MISSING: 'its country code is missing',
  SEVERAL_NUMBERS: 'it has more than one number',
  NOT_A_NUMBER: 'it has no digits of a number',
};

const CHANNELS: Readonly<Record<Channel, string>> = {
  SMS: 'by text',
  WHATSAPP: 'by WhatsApp',
  TELEGRAM: 'by Telegram',
  VOICE: 'by call',
  EMAIL: 'by email',
};

/** How the provider put it. */
function told({ message }: Judgement): string {
  const { failure = null, providerCode = null, providerMessage = null } = message ?? {};
  const said = [failure, providerCode, providerMessage].filter((each) => each !== null);
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function limited({ request }: Judgement): string {
  return request?.budget ? `, because a limit was reached: ${request.budget}` : '';
}

/** When another request would do. */
function again({ request }: Judgement): string {
  const seconds = request?.retryAfterSeconds ?? null;
  if (!request || seconds === null) return '';
  return `; the next one could be sent after ${time(new Date(request.at.getTime() + seconds * 1000))}`;
}

function reasonOf(block: BlockRow | null): string {
  return block ? ` (“${block.reason}”)` : '';
}

function unused({ challenge }: Judgement): string {
  return challenge ? `; its code is good until ${time(challenge.expiresAt)} and was not used` : '';
}

function of(moment: Date | null | undefined): string {
  return moment ? `of ${time(moment)}` : 'before';
}

function at(moment: Date | null | undefined): string {
  return moment ? `at ${time(moment)}` : 'then';
}

/** 2026-11-28 12:00:00 UTC */
function time(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
