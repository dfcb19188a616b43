import { consoleProvider } from './console/console.provider.js';
import { gatewayProvider } from './gateway/gateway.provider.js';
import type { ProviderDefinition } from './provider.js';
import { smtpProvider } from './smtp/smtp.provider.js';
import { twilioProvider } from './twilio/twilio.provider.js';

/** Every provider that the service has. To add one, write a folder with its definition and add it here. */
export const providerList: readonly ProviderDefinition[] = [
  consoleProvider,
  twilioProvider,
  gatewayProvider,
  smtpProvider,
];
