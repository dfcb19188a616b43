import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { Locale } from '../../texts/locale.js';
import type { OutgoingMessage } from '../message-sender.js';

export interface WhatsAppSender {
  /** In E.164. */
  readonly from: string;
  /** Content templates (`HX…`) whose first variable is the code; null: the text is sent as it is. */
  readonly templates: { readonly byLocale: ReadonlyMap<Locale, string>; readonly others: string } | null;
}

/**
 * The request for a WhatsApp message. WhatsApp takes free texts only within 24 hours after the person wrote to the
 * sender, and approved templates at any time (https://www.twilio.com/docs/whatsapp/api).
 */
export function whatsAppForm(message: OutgoingMessage, sender: WhatsAppSender): MessageListInstanceCreateOptions {
  const { to, text, code, locale } = message;
  const addressed = { to: whatsAppAddress(to), from: whatsAppAddress(sender.from) };
  if (sender.templates === null || code === null) return { ...addressed, body: text };
  const contentSid = sender.templates.byLocale.get(locale) ?? sender.templates.others;
  return { ...addressed, contentSid, contentVariables: JSON.stringify({ 1: code }) };
}

/** How Twilio's Messages resource names a WhatsApp user. */
export function whatsAppAddress(phoneNumber: string): string {
  return `whatsapp:${phoneNumber}`;
}
