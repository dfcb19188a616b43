import type { ReportReceiver } from './delivery-report.js';
import type { MessageSender, ProviderName } from './message-sender.js';
import type { ConfiguredProvider, ReceiverParts, SenderParts } from './provider.js';

type ConfiguredProviders = ReadonlyMap<ProviderName, ConfiguredProvider>;

/** A sender for each provider, by name. */
export async function openSenders(
  providers: ConfiguredProviders,
  parts: SenderParts,
): Promise<ReadonlyMap<ProviderName, MessageSender>> {
  const opened = await Promise.all([...providers.values()].map((provider) => provider.openSender(parts)));
  return new Map(opened.map((sender) => [sender.provider, sender]));
}

/** A receiver for each provider that reports what became of messages. */
export async function openReceivers(
  providers: ConfiguredProviders,
  parts: ReceiverParts,
): Promise<readonly ReportReceiver[]> {
  const opened = await Promise.all([...providers.values()].map((provider) => provider.openReceiver(parts)));
  return opened.filter((receiver) => receiver !== null);
}
