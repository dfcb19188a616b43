import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { misspeltInEnvironment, unknownInFile } from '../../src/config/setting-names.js';
import { settings } from '../../src/config/settings.js';

/** Settings that are misspelt would be off without a word. */

const NAMES = Object.keys(settings);

function inFile(...names: string[]) {
  return unknownInFile({ lines: new Map(names.map((name, index) => [name, index + 1])) }, NAMES);
}

function inEnvironment(...names: string[]) {
  const env = Object.fromEntries(names.map((name) => [name, 'x']));
  return misspeltInEnvironment(env, { settings: NAMES, inFile: { PUBLIC_URL: 'x' } });
}

describe('in the env file', () => {
  test('a name that is no setting is named with its line and the setting that was meant', () => {
    expect(inFile('PORT', 'PROT', 'NODE_EVN', 'node_env', 'TWILIO_NUMBER')).toEqual([
      'line 2 sets PROT, which is no setting. Did you mean PORT?',
      'line 3 sets NODE_EVN, which is no setting. Did you mean NODE_ENV?',
      'line 4 sets node_env, which is no setting. Did you mean NODE_ENV?',
      'line 5 sets TWILIO_NUMBER, which is no setting. Did you mean TWILIO_PHONE_NUMBER?',
    ]);
    expect(inFile('POSTGRES_PASSWORD')).toEqual(['line 1 sets POSTGRES_PASSWORD, which is no setting.']);
  });

  test('every setting is known, and what Node reads from the environment', () => {
    expect(inFile(...NAMES, 'UV_THREADPOOL_SIZE', 'https_proxy')).toEqual([]);
  });
});

describe('in the environment', () => {
  test('near misses are named', () => {
    const misses = ['NODE_EVN', 'SMS_PROVIDR', 'SENDS_PER_COUNTRY_HOUR', 'TEST-PHONES', 'APP_SECERT'];
    const told = inEnvironment(...misses);
    expect(told).toEqual([
      'NODE_EVN in the environment is no setting. Did you mean NODE_ENV?',
      'SMS_PROVIDR in the environment is no setting. Did you mean SMS_PROVIDER?',
      'TEST-PHONES in the environment is no setting. Did you mean TEST_PHONES?',
      'APP_SECERT in the environment is no setting. Did you mean APP_SECRET?',
    ]);
    expect(inEnvironment('node_env')).toEqual(['node_env in the environment is no setting. Did you mean NODE_ENV?']);
  });

  test('nothing is said where the setting itself is set, there or in the env file', () => {
    expect(inEnvironment('DATABASE_URI', 'DATABASE_URL', 'PUBLIC_URI')).toEqual([]);
  });

  test('the names of other programs are left alone', () => {
    const shell = 'PATH HOME HOSTNAME HOSTTYPE PWD OLDPWD SHELL TERM LANG USER LOGNAME SHLVL EDITOR HOSTS POST PORTS';
    const node =
      'NODE_OPTIONS NODE_PATH NODE_VERSION NODE_EXTRA_CA_CERTS npm_config_cache npm_lifecycle_event INIT_CWD';
    const orchestrators =
      'KUBERNETES_PORT KUBERNETES_SERVICE_HOST METRICS_PORT_9090_TCP METRICS_SERVICE_PORT METRICS_SERVICE_HOST';
    const others =
      'POSTGRES_URL PGHOST PGPORT HTTP_URL HTTP_PORT REDIS_URL DATA_PATH XDG_DATA_DIRS LOG_FORMAT EMAIL_HOST CI GITHUB_TOKEN SECRET_KEY_BASE TWILIO_API_KEY AWS_REGION';
    expect(inEnvironment(...[shell, node, orchestrators, others].join(' ').split(' '))).toEqual([]);
  });
});

test('METRICS_PORT from the service links of Kubernetes is explained', () => {
  expect(readConfig({ METRICS_PORT: 'tcp://10.96.12.7:9090' })).toEqual({
    kind: 'problems',
    problems: [expect.stringMatching(/^METRICS_PORT is an address\. Kubernetes .* enableServiceLinks: false in its/)],
  });
});
