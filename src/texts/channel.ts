/** The ways to send a code to a phone. */
export const phoneChannels = ['SMS', 'WHATSAPP', 'TELEGRAM', 'VOICE'] as const;
export type PhoneChannel = (typeof phoneChannels)[number];

/** The ways to send a message. */
export const channels = [...phoneChannels, 'EMAIL'] as const;
export type Channel = (typeof channels)[number];
