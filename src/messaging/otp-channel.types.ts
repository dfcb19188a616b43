import { registerEnumType } from 'type-graphql';

export enum OtpChannelName {
  SMS = 'SMS',
  WHATSAPP = 'WHATSAPP',
  TELEGRAM = 'TELEGRAM',
  VOICE = 'VOICE',
}

registerEnumType(OtpChannelName, {
  name: 'OtpChannel',
  description:
    'How a code is sent. DELIVERY_ROUTES of your service decides which channels it offers. Other channels are refused as ' +
    'invalid input.',
  valuesConfig: {
    SMS: { description: 'As a text message.' },
    WHATSAPP: { description: 'As a WhatsApp message.' },
    TELEGRAM: { description: 'As a message of Telegram.' },
    VOICE: { description: 'As a call that reads the code out twice. Landlines can be called, too.' },
  },
});
