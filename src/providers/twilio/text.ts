import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { OutgoingMessage } from '../message-sender.js';

/** A number of the account in E.164, or a messaging service (`MG…`) that picks one. */
export type TextSender = { readonly phoneNumber: string } | { readonly messagingServiceSid: string };

/** The request for a text. */
export function textForm({ to, text }: OutgoingMessage, from: TextSender): MessageListInstanceCreateOptions {
  return { to, body: text, ...('phoneNumber' in from ? { from: from.phoneNumber } : from) };
}
