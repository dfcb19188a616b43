import type { IncomingHttpHeaders } from 'node:http';

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
}

/** A request as it came to the stand-in. */
export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}
