import type { Twilio } from 'twilio';
import { addSeconds } from '../../platform/clock.js';
import type { EarlierAttempts, OutgoingMessage } from '../message-sender.js';
import { whatsAppAddress } from './whatsapp.js';

/** Of the latest messages or calls to a number, how many are looked through for one that was taken. */
const LOOKED_THROUGH = 20;
/** Seconds by which Twilio's clock may differ from ours. */
const SKEW = 15;
/** A message that ended so has reached nobody: it is no reason not to send another. */
const lost: ReadonlySet<string> = new Set(['failed', 'undelivered', 'canceled']);

/**
 * The SID of the message or call that an earlier attempt left with Twilio, which has no key by which it would know an
 * attempt again. One request. Throws where the list cannot be read.
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

/** A message holds its code, also one made from a template, which Twilio lists as it was filled in. */
async function findMessage(client: Twilio, { channel, to, code }: OutgoingMessage, since: Date) {
  const address = channel === 'WHATSAPP' ? whatsAppAddress(to) : to;
  const { instances } = await client.messages.page({ to: address, pageSize: LOOKED_THROUGH });
  return instances.find(
    ({ body, dateCreated, status }) => dateCreated >= since && body?.includes(code) && !lost.has(status),
  )?.sid;
}

/**
 * A call does not tell what was said in it, so any call of ours since then is this one. By the time when it was created:
 * `StartTime`, by which the list could be narrowed down, is empty until it is dialed.
 */
async function findCall(client: Twilio, call: { to: string; from: string | null; since: Date }) {
  const { to, from, since } = call;
  const { instances } = await client.calls.page({ to, ...(from !== null && { from }), pageSize: LOOKED_THROUGH });
  return instances.find(({ dateCreated }) => dateCreated >= since)?.sid;
}
