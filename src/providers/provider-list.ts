import { awsProvider } from './aws/aws.provider.js';
import { consoleProvider } from './console/console.provider.js';
import { gatewayProvider } from './gateway/gateway.provider.js';
import { shippedProviders } from './described/shipped.js';
import type { ProviderDefinition } from './provider.js';
import { smtpProvider } from './smtp/smtp.provider.js';
import { telegramProvider } from './telegram/telegram.provider.js';
import { twilioProvider } from './twilio/twilio.provider.js';
import { twilioVerifyProvider } from './twilio/verify/verify.provider.js';
import { vonageProvider } from './vonage/vonage.provider.js';
import { whatsAppProvider } from './whatsapp/whatsapp.provider.js';

/** The providers that are written in code. To add one, write a folder with its definition and add it here. */
export const codeProviders: readonly ProviderDefinition[] = [
  consoleProvider,
  twilioProvider,
  gatewayProvider,
  whatsAppProvider,
  telegramProvider,
  smtpProvider,
  vonageProvider,
  awsProvider,
  twilioVerifyProvider,
];

/** Every provider that the service has: also those that a file in assets/providers/ describes. */
export const providerList: readonly ProviderDefinition[] = [...codeProviders, ...shippedProviders];
