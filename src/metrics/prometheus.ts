import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { type MetricLabels, type MetricName, type Metrics, metricCatalogue } from '../platform/metrics.js';

const PREFIX = 'phone_accounts_';

/** Counters of this process in Prometheus's text format. Each instance has a registry of its own. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters: ReadonlyMap<MetricName, Counter>;
  readonly contentType: string;

  constructor() {
    const registers = [this.#registry];
    this.#counters = new Map(
      (Object.keys(metricCatalogue) as MetricName[]).map((name) => {
        const { help, labels } = metricCatalogue[name];
        return [name, new Counter({ name: PREFIX + name, help, labelNames: labels, registers })];
      }),
    );
    this.contentType = this.#registry.contentType;
  }

  /** Adds memory, event loop and garbage collection of the process: once, as they are the same for every instance. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  count<Name extends MetricName>(name: Name, labels: MetricLabels<Name>): void {
    this.#counters.get(name)?.inc(labels);
  }

  /** The exposition that a Prometheus server reads. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
