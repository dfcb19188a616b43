import { DiagLogLevel, diag } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createLogger } from '../platform/logger.js';

/**
 * For `node --import`: sends spans to a collector by OTLP over HTTP. OpenTelemetry reads its own settings
 * (docs/tracing.md). Without this file, the service loads nothing of it but the API.
 */

const LONGEST_MESSAGE = 300;

const logger = createLogger('warn');
const tell = (level: 'error' | 'warn') => (message: string) =>
  logger[level]({ reason: message.slice(0, LONGEST_MESSAGE) }, 'OpenTelemetry has a problem');
const quiet = () => undefined;
diag.setLogger(
  { error: tell('error'), warn: tell('warn'), info: quiet, debug: quiet, verbose: quiet },
  DiagLogLevel.WARN,
);

const named = resourceFromAttributes({ 'service.name': 'phone-accounts' });
new NodeTracerProvider({
  resource: defaultResource()
    .merge(named)
    .merge(detectResources({ detectors: [envDetector] })),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
}).register({ propagator: new W3CTraceContextPropagator() });
