/** All limits on a request before GraphQL sees it. */
export const httpLimits = {
  BODY_BYTES: { maximum: 64 * 1024, about: 'bytes of a body, which cannot be compressed', refusal: '413' },
  HEADERS_BYTES: { maximum: 16 * 1024, about: 'bytes of the request line and all headers', refusal: '431' },
  HEADERS_MS: { maximum: 10_000, about: 'milliseconds to send the headers', refusal: '408' },
  REQUEST_MS: { maximum: 30_000, about: 'milliseconds to send a whole request', refusal: '408' },
  SILENCE_MS: { maximum: 60_000, about: 'milliseconds in which nothing moves on a connection', refusal: 'closed' },
  // Longer than load balancers keep connections (60 s). Otherwise they would use one that is being closed.
  KEEP_ALIVE_MS: {
    maximum: 72_000,
    about: 'milliseconds that a connection waits for its next request',
    refusal: 'closed',
  },
  // Apollo Server reads it by its parts. 4,000 of them take 30 ms. Browsers send about 100 characters.
  ACCEPT_CHARACTERS: { maximum: 1_024, about: 'characters of Accept', refusal: '431' },
  // Apollo Server removes white space with a pattern that takes time by the square of it: 15,000 spaces take a second.
  CONTENT_TYPE_CHARACTERS: { maximum: 256, about: 'characters of Content-Type', refusal: '431' },
  HEADER_CHARACTERS: {
    maximum: 256,
    about: 'characters of User-Agent and Accept-Language',
    refusal: 'the rest is ignored',
  },
} as const;

/** The time limits as Fastify and Node take them. */
export const patience = {
  requestTimeout: httpLimits.REQUEST_MS.maximum,
  connectionTimeout: httpLimits.SILENCE_MS.maximum,
  keepAliveTimeout: httpLimits.KEEP_ALIVE_MS.maximum,
  http: {
    headersTimeout: httpLimits.HEADERS_MS.maximum,
    maxHeaderSize: httpLimits.HEADERS_BYTES.maximum,
    // How often Node looks for connections that take too long.
    connectionsCheckingInterval: 5_000,
  },
} as const;
