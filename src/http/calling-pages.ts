import type { FastifyRequest } from 'fastify';
import type { Logger } from '../platform/logger.js';
import { isLoopback } from '../platform/loopback.js';

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
/** Origins of which a developer is told. The rest is left out, because anyone can make up origins. */
const MOST_TOLD = 20;

export interface CallingPagesParts {
  readonly settings: { readonly production: boolean; readonly corsOrigins: readonly string[] };
  readonly logger: Logger;
}

/**
 * Which pages of other origins may call the service. In development these are also Apollo Sandbox and all pages of this
 * machine, whatever their port. They may send no cookies: cookie mode needs CORS_ORIGINS.
 */
export class CallingPages {
  readonly #settings: CallingPagesParts['settings'];
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor({ settings, logger }: CallingPagesParts) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /** The origin of a request, if its pages may call. In development, the log names those that may not. */
  allowed({ headers: { origin, host }, url }: Pick<FastifyRequest, 'headers' | 'url'>): string[] {
    if (origin === undefined) return [];
    if (this.#mayCall(origin)) return [origin];
    const isCall = url.split('?', 1)[0] === '/graphql';
    // A page of the service itself needs no permission.
    if (isCall && !this.#settings.production && hostOf(origin) !== host) this.#tell(origin);
    return [];
  }

  #mayCall(origin: string): boolean {
    const { production, corsOrigins } = this.#settings;
    return corsOrigins.includes(origin) || (!production && (origin === SANDBOX_ORIGIN || isOfThisMachine(origin)));
  }

  #tell(origin: string): void {
    if (this.#told.has(origin) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(origin);
    this.#logger.warn({ origin }, adviceFor(origin, this.#settings.corsOrigins));
  }
}

function isOfThisMachine(origin: string): boolean {
  if (!/^https?:/.test(origin) || !isOrigin(origin)) return false;
  return isLoopback(new URL(origin).hostname);
}

function hostOf(origin: string): string | null {
  return isOrigin(origin) ? new URL(origin).host : null;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function adviceFor(origin: string, others: readonly string[]): string {
  if (isOrigin(origin)) {
    return `a page of ${origin} may not call: browsers refuse it the answers. To allow it, set CORS_ORIGINS=${[...others, origin].join(',')}`;
  }
  return 'a page without an origin of its own may not call. Do not open it as a file: serve it, for example on http://localhost:3000';
}
