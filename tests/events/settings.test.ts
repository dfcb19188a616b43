import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { hashOfToken, newServiceToken } from '../../src/service-tokens/service-token.js';
import { systemRandom } from '../../src/platform/random.js';
import { EVENTS_SECRET } from '../support/events/receiver.js';

const EVENTS_URL = 'https://crm.example.com/events';
const token = newServiceToken(systemRandom);
const hash = hashOfToken(token);

function problemsOf(env: Record<string, string>): string[] {
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  return reading.kind === 'problems' ? [...reading.problems] : [];
}

test('an address with a secret, two secrets, or tokens of services', () => {
  expect(problemsOf({ EVENTS_URL, EVENTS_SECRET })).toEqual([]);
  expect(problemsOf({ EVENTS_URL, EVENTS_SECRET: `${EVENTS_SECRET},${EVENTS_SECRET}` })).toEqual([]);
  expect(problemsOf({ SERVICE_TOKENS: `crm:events:${hash}, shop:events:${hashOfToken('other')}` })).toEqual([]);
});

describe('half of it is refused at the start', () => {
  test.each<[string, Record<string, string>]>([
    ['EVENTS_SECRET is required', { EVENTS_URL }],
    ['EVENTS_URL is required', { EVENTS_SECRET }],
    ['EVENTS_URL must be a URL', { EVENTS_URL: 'https://user:word@crm.example.com', EVENTS_SECRET }],
    ['EVENTS_SECRET must be', { EVENTS_URL, EVENTS_SECRET: 'whsec_short' }],
    ['EVENTS_SECRET must be', { EVENTS_URL, EVENTS_SECRET: [1, 2, 3].map(() => EVENTS_SECRET).join(',') }],
    ['SERVICE_TOKENS: entry 1 must be name:scope:hash', { SERVICE_TOKENS: 'crm' }],
    ['SERVICE_TOKENS: entry 1 must be name:scope:hash', { SERVICE_TOKENS: token }],
    ['SERVICE_TOKENS: entry 2 must have the scope events', { SERVICE_TOKENS: `crm:events:${hash},shop:admin:${hash}` }],
    ['SERVICE_TOKENS: entry 1 must begin with a name', { SERVICE_TOKENS: `CRM 1:events:${hash}` }],
    ['SERVICE_TOKENS: entry 1 must end with the SHA-256', { SERVICE_TOKENS: `crm:events:${token}` }],
    ['SERVICE_TOKENS: entry 2 has the hash of another', { SERVICE_TOKENS: `crm:events:${hash},shop:events:${hash}` }],
  ])('%s: %j', (problem, env) => {
    expect(problemsOf(env).join('\n')).toContain(problem);
    expect(problemsOf(env).join('\n')).not.toContain(token);
  });
});

test('in production, events go encrypted', () => {
  const problems = problemsOf({ NODE_ENV: 'production', EVENTS_URL: 'http://crm.example.com/events', EVENTS_SECRET });
  expect(problems.join('\n')).toContain('EVENTS_URL must begin with https://');
});
