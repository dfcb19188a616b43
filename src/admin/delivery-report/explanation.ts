import type { BlockRow } from '../../blocks/blocked-destination.table.js';
import type { DestinationRefusal } from '../../phone/destination.js';
import type { FieldProblem } from '../../platform/field-problems.js';
import type { Channel } from '../../texts/channel.js';
import type { Judgement } from './decision.js';

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
  const { request, message } = judgement;
  const provider = message?.provider ?? 'The provider';
  const asked = request ? `The request ${of(request.at)}` : 'The latest request';
  const by = CHANNELS[request?.channel ?? message?.channel ?? 'SMS'];
  switch (judgement.cause) {
    case 'NOT_A_NUMBER':
      return `This is no phone number: ${NO_NUMBER[about.problem ?? ''] ?? 'no number has this form'}.`;
    case 'NOT_REQUESTED':
      return notRequested(judgement, about);
    case 'COUNTRY':
      return `Codes are not sent ${by} to ${about.country ?? 'this country'} (ALLOWED_COUNTRIES, DELIVERY_ROUTES).`;
    case 'NUMBER_TYPE':
      return `Codes are not sent ${by} to numbers of this kind, such as landlines; a landline can be called.`;
    case 'BLOCKED':
      return `Nothing is sent to this number, because an administrator blocked it, its range or its country${reasonOf(about.block)}.`;
    case 'INVALID_NUMBER':
      return `${provider} says that this number does not exist or gets no messages${told(judgement)}.`;
    case 'OPTED_OUT':
      return `The owner of the number asked for no more messages, and gets them again after answering START to the last one${told(judgement)}.`;
    case 'NOT_ON_CHANNEL':
      return `Codes do not reach this number ${by}, and another way may work${told(judgement)}.`;
    case 'UNKNOWN_NUMBER':
      return `No account has verified this number, so no code was sent${request?.result === 'user_not_found' ? '' : ', although the caller was told so'}.`;
    case 'CAPTCHA':
      return `${asked} had to pass a CAPTCHA first, and did not${limited(judgement)}.`;
    case 'TOO_SOON':
      return `${asked} came too soon after the code before, so nothing further was sent${again(judgement)}.`;
    case 'BUDGET_SPENT':
      return `${asked} was refused${limited(judgement)}${again(judgement)}.`;
    case 'LOCKED':
      return about.lockedUntil
        ? `The number is locked until ${time(about.lockedUntil)} after too many wrong codes.`
        : `${asked} was refused, because the number was locked after too many wrong codes.`;
    case 'PAUSED':
      return 'The code was not sent, although the caller was told so, because the range of the number is paused: few codes sent there are entered.';
    case 'PROVIDERS_DOWN':
      return `No provider took the message ${of(message?.createdAt ?? request?.at)}${told(judgement)}.`;
    case 'QUEUED':
      return `The message ${of(message?.createdAt)} is still to be sent by ${message?.provider ?? 'a provider'}${told(judgement)}.`;
    case 'PROVIDER_REFUSED':
      return `${provider} refused the message ${of(message?.createdAt)}${told(judgement)}.`;
    case 'UNDELIVERED':
      return `${provider} took the message ${of(message?.createdAt)} and could not deliver it${told(judgement)}.`;
    case 'SENT':
      return `${provider} took the message ${at(message?.settledAt)} and has not said since whether it arrived${unused(judgement)}.`;
    case 'DELIVERED':
      return `${provider} says that the message arrived ${at(message?.settledAt)}${unused(judgement)}.`;
    case 'VERIFIED':
      return `The code arrived and was used ${at(message?.verifiedAt ?? judgement.challenge?.consumedAt)}.`;
    case 'EXPIRED':
      return message?.status === 'delivered'
        ? `The message arrived ${at(message.settledAt)}, after its code had expired.`
        : 'The code was used, replaced or expired before its message could be sent.';
    case 'TEST_NUMBER':
      return 'This is a test number: nothing is sent to it, and its code is the fixed one of TEST_PHONES.';
  }
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
