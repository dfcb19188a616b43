import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricLabels,
  type MetricName,
  type Metrics,
  metricCatalogue,
} from '../platform/metrics.js';

const PREFIX = 'phone_accounts_';

/** The metrics of this process in Prometheus's text format. Each instance has its own registry. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #histograms = new Map<MetricName, Histogram>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #followed: (() => void)[] = [];
  readonly contentType: string;

  constructor() {
    for (const name of Object.keys(metricCatalogue) as MetricName[]) {
      const { help, labels, ...more } = metricCatalogue[name];
      const options = { name: PREFIX + name, help, labelNames: labels, registers: [this.#registry] };
      if ('buckets' in more) this.#histograms.set(name, new Histogram({ ...options, buckets: [...more.buckets] }));
      else if ('gauge' in more) this.#gauges.set(name, new Gauge(options));
      else this.#counters.set(name, new Counter(options));
    }
    this.contentType = this.#registry.contentType;
  }

  /**
   * Adds memory, event loop and garbage collection of the process. All instances share these, so call it on one only.
   */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  count<Name extends CounterName>(name: Name, labels: MetricLabels<Name>, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  observe<Name extends HistogramName>(name: Name, labels: MetricLabels<Name>, value: number): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  follow<Name extends GaugeName>(name: Name, labels: MetricLabels<Name>, read: () => number): void {
    this.#followed.push(() => this.set(name, labels, read()));
  }

  set<Name extends GaugeName>(name: Name, labels: MetricLabels<Name>, value: number | null): void {
    const gauge = this.#gauges.get(name);
    if (value === null) gauge?.remove(labels);
    else gauge?.set(labels, value);
  }

  /** The text that a Prometheus server reads. */
  text(): Promise<string> {
    for (const follow of this.#followed) follow();
    return this.#registry.metrics();
  }
}
