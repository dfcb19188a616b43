import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CaptchaService, startCaptchaService, turnstileSite } from '../support/captcha/captcha-service.js';
import { examplesOf } from '../support/documented-example.js';
import { guessWrongly, obtainCode } from '../support/operations/operations.js';

/** The front end of docs/captcha.md, run as it stands there on a page with a widget. */

type Answer = { readonly __typename: string; readonly [field: string]: unknown };
type Call = (input: object) => Promise<Answer>;

/** What happens on the page. */
interface Page {
  withCaptcha(call: Call, input: object): Promise<Answer>;
  readonly verifyOtp: Call;
  /** What the widget was asked to do. */
  readonly widget: string[];
}

interface WidgetOptions {
  readonly sitekey: string;
  readonly callback: (token: string) => void;
  readonly 'error-callback': () => void;
}

let captcha: CaptchaService;
beforeAll(async () => {
  captcha = await startCaptchaService('on-suspicion', { env: { OTP_MAX_ATTEMPTS: '10' } });
});
afterAll(() => captcha.close());

/** @param user what the user does with the widget; null: its script was not loaded. */
function openPage(user: ((options: WidgetOptions) => void) | null): Page {
  const widget: string[] = [];
  const turnstile = user && {
    render(container: string, options: WidgetOptions) {
      widget.push(`shown in ${container} for ${options.sitekey}`);
      setImmediate(() => user(options));
    },
    remove: (container: string) => void widget.push(`removed from ${container}`),
  };
  const code = examplesOf('captcha.md').get('captcha.js') ?? '';
  const source = code.replace('https://accounts.example.com', captcha.service.url);
  const globals = { fetch, ...(turnstile && { turnstile }) };
  return { widget, ...runInNewContext(`${source}; ({ verifyOtp, withCaptcha })`, globals) };
}

const solves = ({ callback }: WidgetOptions) => callback(captcha.provider.solve());
const shownAndRemoved = [`shown in #captcha for ${turnstileSite.siteKey}`, 'removed from #captcha'];

async function underSuspicion(phoneNumber: string): Promise<{ phoneNumber: string; otp: string }> {
  const otp = await obtainCode(captcha.service, phoneNumber);
  await guessWrongly(captcha.service, phoneNumber, 3);
  return { phoneNumber, otp };
}

test('a user who is under no suspicion never sees the widget', async () => {
  const page = openPage(solves);
  const phoneNumber = '+9779800006701';
  const otp = await obtainCode(captcha.service, phoneNumber);
  expect(await page.withCaptcha(page.verifyOtp, { phoneNumber, otp })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
    tokens: { accessToken: expect.any(String) },
  });
  expect(page.widget).toEqual([]);
});

test('a user who is asked solves the widget, which goes away, and is signed in', async () => {
  const page = openPage(solves);
  const input = await underSuspicion('+9779800006702');
  expect(await page.withCaptcha(page.verifyOtp, input)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  expect(page.widget).toEqual(shownAndRemoved);
});

test('a widget that does not work, or was not loaded, ends in a message and not in a loop', async () => {
  const input = await underSuspicion('+9779800006703');
  const broken = openPage((options) => options['error-callback']());
  for (const page of [broken, openPage(null)]) {
    expect(await page.withCaptcha(page.verifyOtp, input)).toMatchObject({
      __typename: 'CaptchaRequiredError',
      message: expect.any(String),
    });
  }
  expect(broken.widget).toEqual(shownAndRemoved);
});

test('with a provider that is away, the page without a widget gets its user in where nothing is suspicious', async () => {
  const { database, clock } = captcha.service;
  const always = await startCaptchaService('always', { database, clock });
  const phoneNumber = '+9779800006704';
  const otp = await obtainCode(captcha.service, phoneNumber);
  const code = examplesOf('captcha.md').get('captcha.js')?.replace('https://accounts.example.com', always.service.url);
  const page: Page = runInNewContext(`${code}; ({ verifyOtp, withCaptcha })`, { fetch });
  always.provider.answerNext({ kind: 'close' });
  expect(await page.withCaptcha(page.verifyOtp, { phoneNumber, otp })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
  });
  await always.close();
});
