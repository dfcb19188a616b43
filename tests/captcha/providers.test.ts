import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { captchaProviders } from '../../src/captcha/captcha-providers.js';
import type { CaptchaVerdict } from '../../src/captcha/captcha-verifier.js';
import { SiteverifyVerifier } from '../../src/captcha/siteverify.verifier.js';
import { createLogger } from '../../src/platform/logger.js';
import {
  type CaptchaAccount,
  type CaptchaAnswer,
  type CaptchaStandIn,
  startCaptchaStandIn,
} from '../support/captcha/captcha-stand-in.js';
import { hcaptchaSite, turnstileSite } from '../support/captcha/captcha-service.js';
import { eventually } from '../support/eventually.js';

/** What Turnstile and hCaptcha are asked, and what their answers mean. */

const TIMEOUT_MS = 200;
const ipAddress = '203.0.113.7';

let provider: CaptchaStandIn;
let logs: string[];
afterEach(() => provider.close());

async function open(
  site: CaptchaAccount,
  { secret = site.secret, timeoutMs = 5_000, suffix = '' } = {},
): Promise<SiteverifyVerifier> {
  provider = await startCaptchaStandIn(site);
  logs = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const { siteKey } = site;
  const baseUrl = provider.url + suffix;
  const settings = { provider: captchaProviders[site.provider], siteKey, secret, baseUrl, timeoutMs };
  return new SiteverifyVerifier(settings, createLogger('info', destination));
}

function logged(): { level: number; reason: string }[] {
  return logs.map((line) => JSON.parse(line));
}

describe.each([turnstileSite, hcaptchaSite])('$provider', (site) => {
  test('a solved one passes: secret, token and address go to the provider as a form', async () => {
    const verifier = await open(site);
    const token = provider.solve();
    expect(await verifier.verify({ token, ipAddress })).toBe('passed');
    const path = site.provider === 'turnstile' ? '/turnstile/v0/siteverify' : '/siteverify';
    const sitekey = site.provider === 'turnstile' ? {} : { sitekey: site.siteKey };
    const form = { secret: site.secret, response: token, remoteip: ipAddress, ...sitekey };
    expect(provider.requests).toEqual([{ method: 'POST', path, form }]);
  });

  test('a token that was used before, made up, or comes from another site does not pass', async () => {
    const verifier = await open(site);
    const used = provider.solve();
    await verifier.verify({ token: used, ipAddress });
    for (const token of [used, 'made-up', provider.solve('another-site-key')]) {
      expect(await verifier.verify({ token, ipAddress })).toBe('failed');
    }
    expect(logs).toEqual([]);
  });

  test('no token worth the name, or one of 100 KB, is sent to nobody', async () => {
    const verifier = await open(site);
    const { longestToken } = captchaProviders[site.provider];
    for (const token of ['', '  \n', 'x'.repeat(longestToken + 1), 'x'.repeat(100_000)]) {
      expect(await verifier.verify({ token, ipAddress })).toBe('failed');
    }
    expect(provider.requests).toEqual([]);
    await verifier.verify({ token: 'x'.repeat(longestToken), ipAddress });
    expect(provider.requests).toHaveLength(1);
  });

  test('a secret that the provider does not know: nobody passes, and the log says so once', async () => {
    const verifier = await open(site, { secret: 'wrong' });
    expect(await verifier.verify({ token: provider.solve(), ipAddress })).toBe('unavailable');
    expect(await verifier.verify({ token: 'made-up', ipAddress })).toBe('unavailable');
    expect(logged()).toMatchObject([{ level: 50, reason: 'invalid-input-secret', provider: site.provider }]);
    provider.answerNext({ kind: 'http', status: 200, body: '{ "success": true }' });
    await verifier.verify({ token: 'right again', ipAddress });
    await verifier.verify({ token: 'and wrong again', ipAddress });
    expect(logged()).toHaveLength(2);
  });

  test('an address that is not known is left out', async () => {
    const verifier = await open(site);
    await verifier.verify({ token: provider.solve(), ipAddress: null });
    expect(provider.requests[0]?.form).not.toHaveProperty('remoteip');
  });

  test('a proxy with a path prefix is asked there', async () => {
    const verifier = await open(site, { suffix: '/captcha/' });
    await verifier.verify({ token: 'any', ipAddress });
    expect(provider.requests[0]?.path).toMatch(/^\/captcha(\/turnstile\/v0)?\/siteverify$/);
  });
});

function says(body: unknown, status = 200): CaptchaAnswer {
  return { kind: 'http', status, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function refuses(...codes: string[]): CaptchaAnswer {
  return says({ success: false, 'error-codes': codes });
}

describe('answers', () => {
  const answers: readonly [name: string, answer: CaptchaAnswer, verdict: CaptchaVerdict, reason: string | null][] = [
    ['a pass with all there is', says({ success: true, 'error-codes': [], action: '', cdata: '' }), 'passed', null],
    ['a pass in few words', says({ success: true }), 'passed', null],
    ['a pass that names an error', says({ success: true, 'error-codes': ['odd'] }), 'failed', null],
    ['a pass with a status of refusal', says({ success: true }, 400), 'failed', null],
    ['a refusal without a reason', refuses(), 'failed', null],
    ['a refusal with a status of its own', says({ success: false, 'error-codes': ['odd'] }, 400), 'failed', null],
    ['expired or used', refuses('timeout-or-duplicate'), 'failed', null],
    ['a request that a strange token spoilt', refuses('bad-request'), 'failed', null],
    ['a code that nobody knows', refuses('new-code'), 'failed', null],
    [
      'a token and a secret that are wrong',
      refuses('invalid-input-response', 'invalid-input-secret'),
      'unavailable',
      'invalid-input-secret',
    ],
    ['a fault of the provider', refuses('internal-error'), 'unavailable', 'internal-error'],
    ['"true" as text', says({ success: 'true' }), 'unavailable', 'garbage'],
    ['1 for true', says({ success: 1 }), 'unavailable', 'garbage'],
    ['errors that are no list', says({ success: true, 'error-codes': 'none' }), 'unavailable', 'garbage'],
    ['a list', says([{ success: true }]), 'unavailable', 'garbage'],
    ['null', says('null'), 'unavailable', 'garbage'],
    ['nothing', says(''), 'unavailable', 'garbage'],
    ['a page', says('<html>'), 'unavailable', 'garbage'],
    ['an endless answer', says(`${' '.repeat(20_000)}{ "success": true }`), 'unavailable', 'garbage'],
    ['500', says({ success: true }, 500), 'unavailable', 'HTTP_500'],
    ['503 page', says('<html>', 503), 'unavailable', 'HTTP_503'],
    ['too many requests, which callers can bring about', says('', 429), 'failed', 'HTTP_429'],
    ['too large, which callers can bring about', says('<html>', 413), 'failed', 'HTTP_413'],
    ['closed connection', { kind: 'close' }, 'unavailable', 'no_answer'],
  ];
  test.each(answers)('%s', async (_name, answer, verdict, reason) => {
    const verifier = await open(turnstileSite);
    provider.answerNext(answer);
    expect(await verifier.verify({ token: 'any', ipAddress })).toBe(verdict);
    expect(logged().map((line) => line.reason)).toEqual(reason === null ? [] : [reason]);
    expect(provider.requests).toHaveLength(1);
  });

  test('a redirect takes the secret nowhere', async () => {
    const verifier = await open(turnstileSite);
    for (const status of [302, 307, 308]) {
      provider.answerNext({ kind: 'http', status, body: '', location: '/turnstile/v0/siteverify' });
      expect(await verifier.verify({ token: provider.solve(), ipAddress })).toBe('unavailable');
    }
    expect(provider.requests).toHaveLength(3);
  });

  test.each<CaptchaAnswer>([{ kind: 'hang' }, { kind: 'trickle' }])(
    'a provider that takes its time is given up: $kind',
    async (answer) => {
      const verifier = await open(turnstileSite, { timeoutMs: TIMEOUT_MS });
      provider.answerNext(answer);
      expect(await verifier.verify({ token: provider.solve(), ipAddress })).toBe('unavailable');
      expect(logged()).toMatchObject([{ level: 40, reason: 'timeout' }]);
    },
  );

  test('nobody listens', async () => {
    const verifier = await open(turnstileSite);
    await provider.close();
    expect(await verifier.verify({ token: 'any', ipAddress })).toBe('unavailable');
    provider = await startCaptchaStandIn(turnstileSite);
  });
});

describe('a crowd', () => {
  test('asks the provider 64 at a time, and beyond 64 waiting is not let through as in an outage', async () => {
    const verifier = await open(turnstileSite, { timeoutMs: 600_000 });
    provider.answerNext(...Array.from({ length: 128 }, (): CaptchaAnswer => ({ kind: 'hang' })));
    const verdicts = Array.from({ length: 128 }, () => verifier.verify({ token: 'any', ipAddress }));
    await eventually(async () => provider.requests.length >= 64 || undefined);
    expect(await verifier.verify({ token: provider.solve(), ipAddress })).toBe('failed');
    expect(provider.requests).toHaveLength(64);
    await provider.close();
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['unavailable']));
    provider = await startCaptchaStandIn(turnstileSite);
  });
});

describe('secret and token', () => {
  test.each<CaptchaAnswer>([
    { kind: 'hang' },
    { kind: 'close' },
    says('garbage', 500),
    refuses('invalid-input-secret'),
  ])('are neither in the log nor in a verifier that is logged: $kind', async (answer) => {
    const verifier = await open(turnstileSite, { timeoutMs: TIMEOUT_MS });
    const token = provider.solve();
    provider.answerNext(answer);
    await verifier.verify({ token, ipAddress });
    const seen = inspect(verifier, { depth: 9, showHidden: true }) + logs.join('');
    expect(logs).toHaveLength(1);
    for (const secret of [turnstileSite.secret, token]) expect(seen).not.toContain(secret);
  });
});
