import { registerEnumType } from 'type-graphql';
import type { DeliveryCause } from './decision.js';

/** The causes of decision.ts, each by its own name. */
export type DeliveryCauseName = DeliveryCause;

const CAUSES: { readonly [Cause in DeliveryCause]: string } = {
  NOT_A_NUMBER: 'What was typed is no phone number.',
  NOT_REQUESTED: 'No code was asked for in the last seven days, or not in a way that one could be sent.',
  COUNTRY: 'The service sends no codes to that country, or not by that channel (ALLOWED_COUNTRIES, DELIVERY_ROUTES).',
  NUMBER_TYPE: 'The number cannot get texts, or charges for them: a landline, for example.',
  BLOCKED: 'An administrator blocked the number, its range or its country.',
  INVALID_NUMBER: 'A provider says that the number does not exist, or gets no messages.',
  OPTED_OUT: 'The owner of the number asked for no more messages. Answering START allows them again.',
  NOT_ON_CHANNEL: 'The number is not on that channel, such as WhatsApp or Telegram, or the channel is not offered.',
  UNKNOWN_NUMBER: 'No account has verified the number, and the code would only be of use to one.',
  CAPTCHA: 'The app had to show a CAPTCHA first. It was not passed.',
  TOO_SOON: 'The pause after the code before was not over.',
  BUDGET_SPENT: 'A limit on codes was reached. `budget` of the request names it.',
  LOCKED: 'The number is locked, or was, after too many wrong codes.',
  PAUSED: 'The range of the number is paused because fraud is suspected (docs/pumping-guard.md).',
  PROVIDERS_DOWN: 'No provider took messages.',
  QUEUED: 'The message is still to be sent, or to be tried again.',
  PROVIDER_REFUSED: 'The provider refused the message, and not because of the number.',
  UNDELIVERED: 'The provider took the message, and could not deliver it.',
  SENT: 'The provider took the message, and has not said whether it arrived.',
  DELIVERED: 'The provider says that the message arrived.',
  VERIFIED: 'The code arrived and was used, or it was sent and ended since.',
  EXPIRED: 'The code was over before its message could be sent, or before it arrived.',
  TEST_NUMBER: 'It is a test number: nothing is sent to it (TEST_PHONES).',
};

export const DeliveryCauseName = Object.fromEntries(Object.keys(CAUSES).map((cause) => [cause, cause])) as {
  readonly [Cause in DeliveryCause]: Cause;
};

registerEnumType(DeliveryCauseName, {
  name: 'DeliveryCause',
  description:
    'The most likely reason why somebody has no code. It is judged by the latest request, a lock first. Where that request was ' +
    'refused by a limit or a CAPTCHA, and the code before it was lost within the hour, the loss is named.',
  valuesConfig: Object.fromEntries(Object.entries(CAUSES).map(([cause, description]) => [cause, { description }])),
});
