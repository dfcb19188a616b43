import type { SpanResult, Tracing } from '../tracing/tracing.js';
import type { MessageSender, OutgoingMessage, ProviderName, SendOutcome } from './message-sender.js';

/** The same senders with a span for each call of a provider. Neither a number nor a text is in any. */
export function tracedSenders(
  senders: ReadonlyMap<ProviderName, MessageSender>,
  tracing: Tracing,
): ReadonlyMap<ProviderName, MessageSender> {
  return new Map([...senders].map(([name, sender]) => [name, tracedSender(sender, tracing)]));
}

function tracedSender(sender: MessageSender, tracing: Tracing): MessageSender {
  const { provider } = sender;
  const findEarlier = sender.findEarlier?.bind(sender);
  const priceOf = sender.priceOf?.bind(sender);
  const verified = sender.verified?.bind(sender);
  const balance = sender.balance?.bind(sender);
  const span = (verb: string, { channel, notice }: Partial<Pick<OutgoingMessage, 'channel' | 'notice'>>) => ({
    name: `${verb} ${provider}`,
    isCall: true,
    attributes: {
      'phone_accounts.provider': provider,
      ...(channel && { 'phone_accounts.channel': channel }),
      ...(notice && { 'phone_accounts.notice': notice }),
    },
  });
  return {
    provider,
    send: (message) => tracing.span(span('send', message), () => sender.send(message), resultOf),
    ...(findEarlier && {
      findEarlier: (message) => tracing.span(span('find', message), () => findEarlier(message)),
    }),
    ...(priceOf && { priceOf: (message) => tracing.span(span('price', message), () => priceOf(message)) }),
    ...(verified && { verified: (message) => tracing.span(span('feedback', message), () => verified(message)) }),
    ...(balance && { balance: () => tracing.span(span('balance', {}), balance) }),
  };
}

function resultOf(outcome: SendOutcome): SpanResult {
  return outcome.kind === 'accepted'
    ? { outcome: 'accepted', isFailure: false }
    : { outcome: outcome.reason, isFailure: true };
}
