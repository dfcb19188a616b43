import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { writeOtp } from '../../src/texts/otp-message.js';
import { examplesOf, textOf } from '../support/documented-example.js';

/** docs/texts.md shows what is sent, and its code reads it. */

const content = {
  code: '123456',
  locale: 'en',
  minutesLeft: 10,
  serviceName: 'Acme',
  webOtpDomain: 'app.acme.com',
  androidAppHash: 'FA+9qCX9VSu',
} as const;

test.each(['SMS', 'VOICE', 'EMAIL'] as const)('the example for %s is what is sent', (channel) => {
  expect(examplesOf('texts.md').get(channel)).toBe(`${writeOtp(channel, content).text}\n`);
});

test('the pattern for Android apps finds the code', () => {
  const [, pattern = ''] = /Regex\("(.*?)"\)/.exec(textOf('texts.md')) ?? [];
  expect(new RegExp(pattern).exec(writeOtp('SMS', content).text)?.[0]).toBe('123456');
});

describe('the script for websites', () => {
  const warnings: unknown[] = [];

  async function fill(get: ((options: { otp: object; signal: unknown }) => Promise<unknown>) | null) {
    const sent: string[] = [];
    const input = { value: '', form: { requestSubmit: () => void sent.push(input.value) } };
    const globals = {
      window: get === null ? {} : { OTPCredential: true },
      navigator: { credentials: { get } },
      console: { warn: (...args: unknown[]) => void warnings.push(args) },
    };
    const script = examplesOf('texts.md').get('web-otp.js') ?? '';
    const { fillInCode } = runInNewContext(`${script}; ({ fillInCode })`, globals);
    await fillInCode(input, 'signal');
    return { value: input.value, sent };
  }

  test('fills in the code of the text and sends the form', async () => {
    const asked: unknown[] = [];
    const filled = await fill(async (options) => {
      asked.push(options);
      return { code: '123456' };
    });
    expect(filled).toEqual({ value: '123456', sent: ['123456'] });
    expect(asked).toEqual([{ otp: { transport: ['sms'] }, signal: 'signal' }]);
  });

  test('leaves the field alone where the browser cannot, or the person typed the code meanwhile', async () => {
    const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
    expect(await fill(null)).toEqual({ value: '', sent: [] });
    expect(await fill(() => Promise.reject(aborted))).toEqual({ value: '', sent: [] });
    expect(warnings).toEqual([]);
    expect(await fill(() => Promise.reject(new Error('refused')))).toEqual({ value: '', sent: [] });
    expect(warnings).toHaveLength(1);
  });
});
