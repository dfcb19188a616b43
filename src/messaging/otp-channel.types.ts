import { registerEnumType } from 'type-graphql';

export enum OtpChannelName {
  SMS = 'SMS',
  WHATSAPP = 'WHATSAPP',
  VOICE = 'VOICE',
}

registerEnumType(OtpChannelName, {
  name: 'OtpChannel',
  description:
    'How a code travels. Which channels there are is up to the deployment (DELIVERY_ROUTES); the others are refused as ' +
    'invalid input.',
  valuesConfig: {
    SMS: { description: 'As a text message.' },
    WHATSAPP: { description: 'As a WhatsApp message.' },
    VOICE: { description: 'By a call that reads the code out, twice. It also reaches landlines.' },
  },
});
