import { describe, expect, test } from 'vitest';
import { CaptchaGate } from '../../src/captcha/captcha-gate.service.js';
import type { CaptchaVerdict } from '../../src/captcha/captcha-verifier.js';
import { createLogger } from '../../src/platform/logger.js';
import { noMetrics } from '../support/no-metrics.js';

/** What each verdict permits, in each mode. */

const logger = createLogger('silent');
const siteKey = 'the-site-key';
const provider = 'hcaptcha';
const required = { kind: 'captcha_required', provider, siteKey };
const cleared = { kind: 'go_on', suspicionCleared: true, askIfSuspicious: false };
const asked = { kind: 'go_on', suspicionCleared: false, askIfSuspicious: true };

function check(mode: 'on-suspicion' | 'always', verdict: CaptchaVerdict | null) {
  const verifier = { verify: async () => verdict ?? 'passed' };
  const token = verdict === null ? null : 'token';
  return new CaptchaGate({ mode, provider, siteKey, verifier }, { logger, metrics: noMetrics }).check({
    token,
    ipAddress: null,
  });
}

describe('only a CAPTCHA that was passed clears a suspicion', () => {
  test.each([
    ['always', 'passed', cleared],
    ['always', 'failed', required],
    ['always', 'unavailable', asked],
    ['always', null, required],
    ['on-suspicion', 'passed', cleared],
    ['on-suspicion', 'failed', asked],
    ['on-suspicion', 'unavailable', asked],
    ['on-suspicion', null, asked],
  ] as const)('%s, %s', async (mode, verdict, expected) => {
    expect(await check(mode, verdict)).toEqual(expected);
  });

  test('without a CAPTCHA nothing is cleared, and nobody is asked', async () => {
    const gate = new CaptchaGate({ mode: 'off' }, { logger, metrics: noMetrics });
    const permission = { kind: 'go_on', suspicionCleared: false, askIfSuspicious: false };
    expect(await gate.check({ token: 'token', ipAddress: null })).toEqual(permission);
    expect(() => gate.required()).toThrow('none is configured');
  });
});
