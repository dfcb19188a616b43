import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readSettings } from '../../src/platform/setting.js';
import { readTwilio, type TwilioConfig, twilioSettings } from '../../src/providers/twilio/twilio.settings.js';
import { channels } from '../../src/texts/channel.js';

/** Settings with which Twilio would send nothing, or send codes where they do not belong: the service does not start. */

const ACCOUNT = { TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`, TWILIO_AUTH_TOKEN: 'the-auth-token' };
const NUMBER = { TWILIO_PHONE_NUMBER: '+15005550006' };
const TEMPLATE = `HX${'a'.repeat(32)}`;
const EVERYTHING = {
  ...ACCOUNT,
  ...NUMBER,
  DELIVERY_ROUTES: 'SMS=twilio WHATSAPP=twilio VOICE=twilio',
  TWILIO_WHATSAPP_NUMBER: '+14155238886',
  TWILIO_WHATSAPP_TEMPLATES: `en=${TEMPLATE}`,
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
  REGISTRATION_FIELDS: 'none',
};

type Env = Record<string, string | undefined>;

function problems(env: Env): readonly string[] {
  const reading = readConfig(env);
  return reading.kind === 'problems' ? reading.problems : [];
}

function read(env: Env) {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading;
}

/** What is read of settings that are in order, where twilio sends by every channel that it has. */
function twilio(env: Env): TwilioConfig {
  expect(problems(env)).toEqual([]);
  const { values } = readSettings(twilioSettings, env);
  const never = (text: string) => expect.fail(text);
  return readTwilio(values, { production: false, channels: new Set(channels), complain: never, warn: never });
}

describe('PUBLIC_URL, behind which the addresses stand that providers report to', () => {
  test.each(['https://accounts.example.com', 'http://localhost:4000/', 'https://example.com/accounts/'])(
    'may be %s',
    (url) => expect(problems({ PUBLIC_URL: url })).toEqual([]),
  );

  test.each([
    'https://example.com/?a=b',
    'https://example.com?',
    'https://example.com/#here',
    'https://user:password@example.com',
    'ftp://example.com',
    'example.com',
  ])('cannot be %s', (url) => {
    expect(problems({ PUBLIC_URL: url })).toEqual([
      'PUBLIC_URL must be a URL such as https://accounts.example.com, without user, query and fragment. Its path may have letters, digits, hyphens, dots, underscores and tildes.',
    ]);
  });
});

describe('where Twilio sends', () => {
  test('texts, calls and WhatsApp messages: all that is missing is told at once', () => {
    expect(problems({ DELIVERY_ROUTES: EVERYTHING.DELIVERY_ROUTES })).toEqual([
      'TWILIO_ACCOUNT_SID is required where twilio sends.',
      'TWILIO_AUTH_TOKEN is required where twilio sends.',
      'TWILIO_PHONE_NUMBER is required where twilio sends VOICE: calls come from it.',
      'TWILIO_WHATSAPP_NUMBER is required where twilio sends WHATSAPP.',
      'Set one of TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID where twilio sends texts.',
    ]);
    expect(problems({ ...PRODUCTION, ...EVERYTHING })).toEqual([]);
  });

  test('texts of a messaging service, calls of a number', () => {
    const service = { TWILIO_MESSAGING_SERVICE_SID: `MG${'f'.repeat(32)}` };
    const { from, callFrom } = twilio({ ...EVERYTHING, ...service });
    expect([from, callFrom]).toEqual([{ messagingServiceSid: `MG${'f'.repeat(32)}` }, '+15005550006']);
    expect(problems({ ...ACCOUNT, ...NUMBER, ...service, DELIVERY_ROUTES: 'SMS=twilio' })).toHaveLength(1);
  });

  test.each(['en', 'en=HX1', `xx=${TEMPLATE}`, `zh=${TEMPLATE}`, TEMPLATE])(
    'templates that cannot be read: %s',
    (list) => {
      expect(problems({ ...EVERYTHING, TWILIO_WHATSAPP_TEMPLATES: list })).toEqual([
        `TWILIO_WHATSAPP_TEMPLATES has "${list}". Write language and template: en=HX…, es=HX… (32 digits)`,
      ]);
    },
  );

  test('the first template is for all other languages', () => {
    const list = `es=HX${'b'.repeat(32)}, en=${TEMPLATE}`;
    const { templates } = twilio({ ...EVERYTHING, TWILIO_WHATSAPP_TEMPLATES: list }).whatsapp ?? {};
    expect(templates?.others).toBe(`HX${'b'.repeat(32)}`);
    expect(templates?.byLocale.get('en')).toBe(TEMPLATE);
    const scripts = `zh-Hans=${TEMPLATE}, zh-Hant=HX${'c'.repeat(32)}, fil=HX${'d'.repeat(32)}`;
    const { byLocale } = twilio({ ...EVERYTHING, TWILIO_WHATSAPP_TEMPLATES: scripts }).whatsapp?.templates ?? {};
    expect([...(byLocale?.keys() ?? [])]).toEqual(['zh-Hans', 'zh-Hant', 'fil']);
  });
});

describe('in production', () => {
  test('credentials and codes do not go anywhere in the clear', () => {
    const clear = { ...EVERYTHING, TWILIO_BASE_URL: 'http://twilio-proxy.example.com' };
    expect(problems(clear)).toEqual([]);
    expect(problems({ ...PRODUCTION, ...clear })).toEqual([
      'TWILIO_BASE_URL must begin with https:// in production: the credentials and codes go that way.',
    ]);
  });

  test('a warning tells that WhatsApp drops texts that are no templates', () => {
    const without = { ...EVERYTHING, TWILIO_WHATSAPP_TEMPLATES: undefined };
    expect(read({ ...PRODUCTION, ...without }).warnings).toEqual([
      'TWILIO_WHATSAPP_TEMPLATES is not set: WhatsApp drops texts to people who have not written to you for a day.',
    ]);
    expect(read(without).warnings).toEqual([]);
    expect(read({ ...PRODUCTION, ...EVERYTHING }).warnings).toEqual([]);
    expect(read({ ...PRODUCTION, ...ACCOUNT, ...NUMBER, SMS_PROVIDER: 'twilio' }).warnings).toEqual([]);
  });
});
