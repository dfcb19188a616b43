import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricCatalogue } from '../../src/platform/metrics.js';
import { scrape } from '../support/exposition.js';
import { promtool } from '../support/promtool.js';
import { startService, type TestService } from '../support/service.js';

/** An operator loads ops/grafana and ops/prometheus: they ask for nothing that a service does not show. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard: { panels: Panel[]; templating: { list: { query: string }[] } } = JSON.parse(
  read('ops/grafana/phone-accounts.json'),
);
const { groups }: { groups: { rules: Rule[] }[] } = parse(read('ops/prometheus/alerts.yml'));
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
const alerts = groups.flatMap(({ rules }) => rules);

const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const asked = [...shown, ...alerts.map(({ expr }) => expr), ...dashboard.templating.list.map(({ query }) => query)];

let service: TestService;
let text: string;
beforeAll(async () => {
  service = await startService({ env: { METRICS_PORT: '9464' } });
  await service.graphql('{ cities { __typename } }');
  await service.background.sharedGauges.poll();
  ({ text } = await scrape(service));
});
afterAll(() => service.close());

const NAME = /\b((?:phone_accounts|nodejs|process)_\w+?)(_bucket|_sum|_count)?(?![\w])(?:\{([^}]*)\})?/g;

/** What an expression asks for: names of metrics, and the labels that it chooses by. */
function metricsIn(expression: string) {
  return [...expression.matchAll(NAME)].map(([, name = '', part = '', choice = '']) => {
    const labels = [...choice.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label = '']) => label);
    return { name, part, labels };
  });
}

test('every metric that the dashboard and the alerts ask for is one that a service shows', () => {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const named = asked.flatMap(metricsIn);
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter(({ name }) => !types.has(name))).toEqual([]);
  expect(named.filter(({ name, part }) => (part !== '') !== (types.get(name) === 'histogram'))).toEqual([]);
});

test('every metric that the service shows of its own is on the dashboard', () => {
  const named = new Set(shown.flatMap(metricsIn).map(({ name }) => name));
  const missing = Object.keys(metricCatalogue).filter((name) => !named.has(`phone_accounts_${name}`));
  expect(missing).toEqual([]);
});

test('labels by which metrics are chosen are labels that they have', () => {
  const wrong = asked.flatMap(metricsIn).filter(({ name, labels }) => {
    const key = name.replace('phone_accounts_', '') as keyof typeof metricCatalogue;
    const known: readonly string[] = metricCatalogue[key]?.labels ?? [];
    return labels.some((label) => !known.includes(label));
  });
  expect(wrong).toEqual([]);
});

test('every panel says what it shows', () => {
  const panels = dashboard.panels.filter(({ targets }) => targets !== undefined);
  expect(panels.length).toBeGreaterThan(20);
  expect(panels.filter(({ description = '' }) => description === '')).toEqual([]);
});

describe('promtool', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'phone-accounts-rules-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('accepts what a service shows', () => {
    // Node's own metrics have names that Prometheus would not give them.
    const own = text.split('\n').filter((line) => line.includes('phone_accounts_'));
    expect(promtool(['check', 'metrics'], `${own.join('\n')}\n`)).toEqual({ ok: true, said: '' });
  });

  test('accepts every expression of the dashboard', () => {
    const rules = shown.map((expr, number) => ({
      record: `panel:${number}`,
      expr: expr.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll(/\$(country|channel)/g, '.*'),
    }));
    const file = join(folder, 'dashboard.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(promtool(['check', 'rules', file])).toMatchObject({ ok: true, said: expect.stringMatching(/SUCCESS/) });
  });

  test('accepts the alerts, and sees each fire when it should and none in a quiet hour', { timeout: 120_000 }, () => {
    const rules = promtool(['check', 'rules', join(root, 'ops/prometheus/alerts.yml')]);
    expect(rules).toMatchObject({ ok: true });
    const cases = promtool(['test', 'rules', join(root, 'ops/prometheus/alerts.test.yml')]);
    expect(cases.said).toContain('SUCCESS');
    expect(cases.ok).toBe(true);
    const { tests } = parse(read('ops/prometheus/alerts.test.yml'), { merge: true });
    const played = tests.flatMap((each: { alert_rule_test: unknown[] }) => each.alert_rule_test);
    for (const { alert } of alerts) {
      const of = played.filter(({ alertname }: { alertname: string }) => alertname === alert);
      expect({ alert, played: of.map((each: { exp_alerts?: unknown }) => each.exp_alerts !== undefined) }).toEqual({
        alert,
        played: [false, true],
      });
    }
  });
});

describe('runbooks', () => {
  test.each(alerts)('$alert leads to a page that names it', ({ alert, annotations: { runbook } }) => {
    expect(existsSync(join(root, runbook))).toBe(true);
    expect(read(runbook)).toContain(`\`${alert}\``);
  });
});
