/** What the development inbox holds at most. */
export const inboxLimits = {
  MESSAGES: { maximum: 100, about: 'messages that the inbox keeps', beyond: 'the oldest one goes' },
  STREAMS: { maximum: 20, about: 'pages that show the inbox at once', beyond: 'HTTP 503' },
  UNREAD_BYTES: {
    maximum: 1024 * 1024,
    about: 'bytes that wait for a page to take them',
    beyond: 'its connection is closed; it comes back and misses nothing',
  },
} as const;
