/** The ways to send a message. */
export const channels = ['SMS', 'WHATSAPP', 'VOICE', 'EMAIL'] as const;
export type Channel = (typeof channels)[number];
