import { metricCatalogue } from '../src/platform/metrics.js';

const HEAD = `# Metrics

Written by \`npm run generate\` from \`src/platform/metrics.ts\`. This page is for operators. Related pages:
[runbooks](runbooks/README.md), [production](production.md).

Set \`METRICS_PORT\`, and let Prometheus read \`/metrics\` there from each process. All names begin with \`phone_accounts_\`. No label
names a person. Memory, processor time and event loop of the process come on top (\`process_…\`, \`nodejs_…\`).

- **Counters and histograms** count what one process did. Add processes up: \`sum(rate(…))\`.
- **Gauges of shared things** are read from the database, so all processes show the same. Take the maximum: \`max(…)\`. A process
  reads them every 15 seconds, in five statements of a few milliseconds. A scrape asks the database nothing.
- **Gauges of a process** are read with each scrape.

[phone-accounts.json](../ops/grafana/phone-accounts.json) is a dashboard for Grafana, and
[alerts.yml](../ops/prometheus/alerts.yml) has rules for Prometheus 2.42 and newer. Both use every name below as it is. If you change a
rule, run \`promtool test rules alerts.test.yml\` in its folder.

| metric | kind | labels | what it shows |
| --- | --- | --- | --- |
`;

/** docs/metrics.md. */
export function metricsDocument(): string {
  const rows = Object.entries(metricCatalogue).map(([name, metric]) => {
    const labels = metric.labels.map((label) => `\`${label}\``).join(', ') || '–';
    return `| \`${name}\` | ${kindOf(metric)} | ${labels} | ${metric.help} |`;
  });
  return `${HEAD}${rows.join('\n')}\n`;
}

function kindOf(metric: object): string {
  if ('buckets' in metric) return 'histogram';
  return 'gauge' in metric ? 'gauge' : 'counter';
}
