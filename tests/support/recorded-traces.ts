import {
  type ReadableSpan,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { openTracing } from '../../src/tracing/open-tracing.js';
import type { Tracing } from '../../src/tracing/tracing.js';

/** Registers a tracer as `node --import` does, for all services of this process, and keeps the spans in memory. */
export class RecordedTraces {
  readonly tracing: Tracing;
  readonly #exporter = new InMemorySpanExporter();

  constructor() {
    if (openTracing() !== null) throw new Error('A tracer is registered already.');
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] }).register();
    const tracing = openTracing();
    if (tracing === null) throw new Error('The tracer was not registered.');
    this.tracing = tracing;
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** The spans of one trace. */
  of(traceId: string): ReadableSpan[] {
    return this.spans.filter((span) => span.spanContext().traceId === traceId);
  }

  forget(): void {
    this.#exporter.reset();
  }
}

/** `name < name of its parent < …` */
export function lineOf(span: ReadableSpan, spans: readonly ReadableSpan[]): string {
  const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  return parent ? `${span.name} < ${lineOf(parent, spans)}` : span.name;
}
