import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.js';
import { settings } from '../../src/config/settings.js';
import { metricCatalogue } from '../../src/platform/metrics.js';

/** An operator applies ops/kubernetes. docs/deployment.md says what no test here can show. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'ops/kubernetes');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const manifest = <Kind>(path: string): Kind => parse(read(path));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
const kustomizations = files.filter((path) => path.endsWith('kustomization.yaml'));

const deployment = manifest<Deployment>('base/deployment.yaml');
const pod = deployment.spec?.template.spec as PodSpec;
const container = pod.containers[0] as PodSpec['containers'][0];
const base = parseEnv(read('base/settings.env'));
const example = parseEnv(read('example/settings.env'));
const secrets = parseEnv(read('example/secrets.env.example'));

/** Read by the C library. */
const NO_SETTINGS = ['MALLOC_ARENA_MAX'];

test('every manifest has the fields that Kubernetes knows, and no others', () => {
  const kinds = files.filter((path) => !/kustomization|pod-monitor|adapter-values/.test(path));
  const lines = kinds.map((path, index) => {
    const { apiVersion, kind } = manifest<{ apiVersion: string; kind: string }>(path);
    const module = apiVersion.includes('/') ? apiVersion.replace('.k8s.io', '') : `core/${apiVersion}`;
    return `export const m${index}: import('kubernetes-types/${module}.js').${kind} = ${JSON.stringify(manifest(path))};`;
  });
  expect(lines.length).toBeGreaterThan(8);
  expect(typeErrors(lines.join('\n'))).toBe('');
});

test('every file of a kustomization is there, and no manifest is forgotten', () => {
  interface Kustomization {
    readonly resources: string[];
    readonly configMapGenerator?: readonly { envs: string[] }[];
    readonly secretGenerator?: readonly { envs: string[] }[];
  }
  const named = kustomizations.flatMap((path) => {
    const { resources, configMapGenerator = [], secretGenerator = [] } = manifest<Kustomization>(path);
    const secret = secretGenerator.flatMap(({ envs }) => envs.map((name) => `${name}.example`));
    const all = [...resources, ...configMapGenerator.flatMap(({ envs }) => envs), ...secret];
    return all.map((name) => join(dirname(path), name));
  });
  expect(named.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  const forgotten = files.filter((path) => !/kustomization|prometheus\//.test(path) && !named.includes(path));
  expect(forgotten).toEqual([]);
});

test('its settings are settings, and enough for production', () => {
  const all = { ...base, ...example, ...secrets };
  expect(Object.keys(all).filter((name) => !(name in settings) && !NO_SETTINGS.includes(name))).toEqual([]);
  const filled = {
    APP_SECRET: 'a secret for tests that is long enough for them',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_MESSAGING_SERVICE_SID: `MG${'0'.repeat(32)}`,
    SMTP_URL: 'smtps://mail.example.com',
  };
  const reading = readConfig({ ...all, ...filled, NODE_ENV: 'production' });
  expect(reading).toMatchObject({ kind: 'config', warnings: [] });
});

test('no secret is committed', () => {
  const kinds = files.map((path) => manifest<{ kind?: string }>(path).kind);
  expect(kinds).not.toContain('Secret');
  expect(read('example/.gitignore').trim().split('\n')).toEqual(['/secrets.env', '/migration/owner.env']);
});

test('ports are the same in settings, pods and network policy', () => {
  const ports = Object.fromEntries((container.ports ?? []).map(({ name, containerPort }) => [name, containerPort]));
  expect(ports).toEqual({ http: Number(base['PORT']), metrics: Number(base['METRICS_PORT']) });
  const { ingress = [] } = manifest<NetworkPolicy>('base/network-policy.yaml').spec ?? {};
  expect(ingress.flatMap(({ ports: open = [] }) => open.map(({ port }) => port))).toEqual(Object.values(ports));
});

test('a pod is found unready within its drain, and has the time that a stop takes', () => {
  const { periodSeconds = 0, failureThreshold = 0 } = container.readinessProbe ?? {};
  const drain = Number(base['DRAIN_SECONDS']);
  expect(periodSeconds * failureThreshold + 1).toBeLessThan(drain);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Math.max(25, drain + 20) + 5);
});

test('the autoscaler asks for a metric that the service shows, by the name that the adapter gives it', () => {
  const { metrics = [], maxReplicas } =
    manifest<HorizontalPodAutoscaler>('base/horizontal-pod-autoscaler.yaml').spec ?? {};
  const names = metrics.flatMap(({ pods }) => pods?.metric.name ?? []);
  expect(names).toEqual(['phone_accounts_hashing_waiting']);
  expect(names.filter((name) => !(name.replace('phone_accounts_', '') in metricCatalogue))).toEqual([]);
  expect(names.filter((name) => !read('prometheus/adapter-values.yaml').includes(`'${name}{`))).toEqual([]);
  // All of them, one more in a rolling restart, and one connection more for each start: PostgreSQL gives out 97.
  expect(((maxReplicas ?? 0) + 1) * 10).toBeLessThan(97);
});

test('pods have no rights, and pass the restricted standard of Kubernetes', () => {
  const job = manifest<Job>('example/migration/job.yaml').spec?.template.spec as PodSpec;
  for (const { securityContext, containers, automountServiceAccountToken, enableServiceLinks } of [pod, job]) {
    expect({ automountServiceAccountToken, enableServiceLinks }).toEqual({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
    });
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(containers.map((each) => each.securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ]);
  }
});

/** What TypeScript says about a program. The types of the package are made from the OpenAPI description of Kubernetes. */
function typeErrors(program: string): string {
  const place = mkdtempSync(join(tmpdir(), 'phone-accounts-manifests-'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  writeFileSync(join(place, 'manifests.mts'), program);
  const options = ['--singleThreaded', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, 'manifests.mts'], { cwd: place, encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error);
  } finally {
    rmSync(place, { recursive: true });
  }
}
