/** The limits of the development inbox. */
export const inboxLimits = {
  MESSAGES: { maximum: 100, about: 'messages that the inbox keeps', beyond: 'the oldest message is dropped' },
  STREAMS: { maximum: 20, about: 'open pages that show the inbox', beyond: 'HTTP 503' },
  UNREAD_BYTES: {
    maximum: 1024 * 1024,
    about: 'bytes that a page has not read yet',
    beyond: 'the page is disconnected; it reconnects and misses no message',
  },
} as const;
