import { PassThrough } from 'node:stream';
import { readConfig } from '../../../../src/config/config.js';
import type { Clock } from '../../../../src/platform/clock.js';
import { describedProvider } from '../../../../src/providers/described/described.provider.js';
import type { Description } from '../../../../src/providers/described/description.js';
import type { DeliveryReports, ReportReceiver } from '../../../../src/providers/delivery-report.js';
import type { MessageSender } from '../../../../src/providers/message-sender.js';
import type { ConfiguredProvider } from '../../../../src/providers/provider.js';
import { codeProviders } from '../../../../src/providers/provider-list.js';

export const PUBLIC_URL = 'https://accounts.example.com';

/** A provider as an operator has it who chose it and set its settings. */
export function configured(description: Description, settings: Readonly<Record<string, string>>): ConfiguredProvider {
  const env = { SMS_PROVIDER: description.name, ...settings };
  const reading = readConfig(env, [...codeProviders, describedProvider(description)]);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const provider = reading.config.delivery.providers.get(description.name);
  if (provider === undefined) throw new Error(`No route leads to ${description.name}.`);
  return provider;
}

/** The setting with the address of the API. */
export function addressSetting({ request }: Description): string {
  const [, name = ''] = /^\{([^{}]+)\}/.exec(request.url) ?? [];
  return name;
}

export function openSender(provider: ConfiguredProvider, clock: Clock): Promise<MessageSender> {
  return provider.openSender({ clock, output: new PassThrough(), publicUrl: PUBLIC_URL, production: false, stops: [] });
}

export async function openReceiver(
  provider: ConfiguredProvider,
  parts: { reports: DeliveryReports; clock: Clock },
): Promise<ReportReceiver> {
  const receiver = await provider.openReceiver(parts);
  if (receiver === null) throw new Error(`${provider.name} takes no reports.`);
  return receiver;
}
