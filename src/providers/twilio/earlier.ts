import type { Twilio } from 'twilio';
import { addSeconds } from '../../platform/clock.js';
import type { EarlierAttempts, OutgoingMessage } from '../message-sender.js';
import { lostStatuses } from './delivery-failure.js';
import { whatsAppAddress } from './whatsapp.js';

/** How many of the latest messages or calls to a number are searched. */
const LOOKED_THROUGH = 20;
/** Seconds by which Twilio's clock may differ from ours. */
const SKEW = 15;

/**
 * The SID of the message or call that an earlier attempt left with Twilio. Twilio has no key by which it recognizes a
 * repeated attempt. One request. Throws where the list cannot be read.
 */
export async function findTaken(
  client: Twilio,
  message: OutgoingMessage & { readonly earlier: EarlierAttempts },
  callFrom: string | null,
): Promise<string | undefined> {
  const since = addSeconds(message.earlier.since, -SKEW);
  return message.channel === 'VOICE'
    ? findCall(client, { to: message.to, from: callFrom, since })
    : findMessage(client, message, since);
}

/** A message is found by its code, a notice without one by its text. Twilio lists messages from templates with the code filled in. */
async function findMessage(client: Twilio, { channel, to, code, text }: OutgoingMessage, since: Date) {
  const address = channel === 'WHATSAPP' ? whatsAppAddress(to) : to;
  const { instances } = await client.messages.page({ to: address, pageSize: LOOKED_THROUGH });
  return instances.find(
    ({ body, dateCreated, status }) =>
      dateCreated >= since && body?.includes(code ?? text) && !lostStatuses.has(status),
  )?.sid;
}

/**
 * Twilio does not tell what was said in a call, so any call of ours since then counts as this one, unless it failed. It is
 * found by its creation time: `StartTime`, by which the list could be filtered, is empty until Twilio dials.
 */
async function findCall(client: Twilio, call: { to: string; from: string | null; since: Date }) {
  const { to, from, since } = call;
  const { instances } = await client.calls.page({ to, ...(from !== null && { from }), pageSize: LOOKED_THROUGH });
  return instances.find(({ dateCreated, status }) => dateCreated >= since && !lostStatuses.has(status))?.sid;
}
