/** Where a request came from: noted with what it did. */
export interface Origin {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** As in the log line of the request. */
  readonly requestId: string | null;
}

/** What a command at the machine does comes from no network. */
export const AT_THE_MACHINE: Origin = { ipAddress: null, userAgent: null, requestId: null };

/**
 * Who does something to somebody's account for the service: an administrator in a session, another service with its token, or
 * somebody at the machine.
 */
export type Actor =
  | { readonly kind: 'ADMINISTRATOR'; readonly userId: string; readonly sessionId: string; readonly origin: Origin }
  | { readonly kind: 'SERVICE_TOKEN'; readonly name: string; readonly origin: Origin }
  | { readonly kind: 'COMMAND'; readonly origin: Origin };
