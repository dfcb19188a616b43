import type { IncomingHttpHeaders } from 'node:http';
import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** Attributes are names out of closed sets, numbers and ids of our own. What a client wrote freely is in none of them. */
export interface SpanParts {
  readonly name: string;
  /** Whether it is a call of another system. */
  readonly isCall?: boolean;
  readonly attributes?: Attributes;
}

/** What came of the work of a span. */
export interface SpanResult {
  /** `ok`, or what went wrong in one word of a closed set. */
  readonly outcome: string;
  readonly isFailure: boolean;
}

/** The span of a request from its first byte to its last. */
export interface RequestSpan {
  /** Runs work as part of it. */
  run<Result>(work: () => Result): Result;
  end(parts: { readonly name: string; readonly attributes: Attributes; readonly failure: string | null }): void;
}

/** `ETIMEDOUT`, `23505`. Messages of errors can hold values, so they are in no span. */
const ERROR_CODE = /^[A-Z0-9_]{2,40}$/;

/**
 * Spans of OpenTelemetry. Where no tracer is registered there is no `Tracing` at all, and what would use it is not even
 * wrapped (open-tracing.ts).
 */
export class Tracing {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /**
   * Begins the span of a request. It belongs to the trace of a caller that we trust. The trace of another caller (`traceparent`, https://www.w3.org/TR/trace-context/) is only
   * linked: otherwise everyone could decide what is sampled, and write into traces that they know.
   */
  request(headers: IncomingHttpHeaders, isTrusted: boolean): RequestSpan {
    const active = context.active();
    const callers = propagation.extract(ROOT_CONTEXT, headers);
    // Instrumentation of Node's HTTP server, if there is any, has made a span of this request already.
    const isInner = trace.getSpan(active) !== undefined;
    const parent = isInner ? active : isTrusted ? callers : ROOT_CONTEXT;
    const kind = isInner ? SpanKind.INTERNAL : SpanKind.SERVER;
    const links = isInner || isTrusted ? [] : linksTo(callers);
    const span = this.#tracer.startSpan('request', { kind, links }, parent);
    const inside = trace.setSpan(parent, span);
    return {
      run: (work) => context.with(inside, work),
      end({ name, attributes, failure }) {
        span.updateName(name).setAttributes(attributes);
        if (failure !== null) fail(span, failure);
        span.end();
      },
    };
  }

  /** Runs work in a span. @param resultOf tells what came of it; by default, only an exception is a failure */
  async span<Result>(
    { name, isCall = false, attributes = {} }: SpanParts,
    work: () => Promise<Result>,
    resultOf?: (result: Result) => SpanResult,
  ): Promise<Result> {
    const kind = isCall ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return this.#tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
      try {
        const result = await work();
        const came = resultOf?.(result);
        if (came) span.setAttribute('phone_accounts.outcome', came.outcome);
        if (came?.isFailure) fail(span, came.outcome);
        return result;
      } catch (error) {
        fail(span, typeOf(error));
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /** The same for work that is of interest only as a part: outside of a span, it makes none. */
  inner<Result>(parts: () => SpanParts, work: () => Promise<Result>): Promise<Result> {
    return trace.getActiveSpan() === undefined ? work() : this.span(parts(), work);
  }

  /** Adds to the span that runs. */
  describe({ name, attributes }: { readonly name?: string; readonly attributes: Attributes }): void {
    const span = trace.getActiveSpan();
    if (name !== undefined) span?.updateName(name);
    span?.setAttributes(attributes);
  }

  /** For log lines: where they belong. Empty outside of a span. */
  logFields(): object {
    const span = trace.getActiveSpan()?.spanContext();
    return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
  }
}

function linksTo(callers: Context): Link[] {
  const caller = trace.getSpanContext(callers);
  return caller === undefined ? [] : [{ context: caller }];
}

function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type);
}

/** Drizzle wraps the error of the driver, which has a code. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const { code } = Object(error.cause ?? error);
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : error.constructor.name;
}
