import { setTimeout as pause } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { Tracing } from './tracing.js';

const NAME = 'phone-accounts';
/** For the last spans of a process. */
const FLUSH_WITHIN_MS = 2_000;

/**
 * Spans where a tracer was registered before the service was loaded (`node --import`). Otherwise null, and nothing is
 * traced: no span is made, and no call is wrapped.
 */
export function openTracing(): Tracing | null {
  return isRegistered() ? new Tracing(trace.getTracer(NAME)) : null;
}

/** Until a tracer is registered, OpenTelemetry's own provider has no tracer to delegate to. */
function isRegistered(): boolean {
  const provider: object = trace.getTracerProvider();
  const delegateOf: unknown = Reflect.get(provider, 'getDelegateTracer');
  return typeof delegateOf !== 'function' || delegateOf.call(provider, NAME) !== undefined;
}

/** Sends the last spans, if they can be sent in time. */
export async function flushSpans(): Promise<void> {
  const provider: object = trace.getTracerProvider();
  const getDelegate: unknown = Reflect.get(provider, 'getDelegate');
  const registered: object = typeof getDelegate === 'function' ? getDelegate.call(provider) : provider;
  const flush: unknown = Reflect.get(registered, 'forceFlush');
  if (typeof flush !== 'function') return;
  const flushed = Promise.resolve(flush.call(registered)).catch(() => undefined);
  await Promise.race([flushed, pause(FLUSH_WITHIN_MS, undefined, { ref: false })]);
}
