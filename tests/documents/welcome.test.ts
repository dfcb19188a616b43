import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { welcome } from '../../src/welcome.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** What a developer reads once the service is ready, and does next. */

function read(env: Record<string, string>): string {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return welcome('http://localhost:4000', reading.config);
}

test('with nothing configured: codes are printed and shown, and the example can be run as it is', () => {
  const text = read({});
  expect(text).toContain('Codes are printed here, and shown at http://localhost:4000/inbox');
  expect(text).toContain('phoneNumber: "+255679190720"');
  expect(text).not.toContain('really sent');
});

test('with texts that are really sent and calls that are printed: both are told, and no stranger is sent a text', () => {
  const text = read({ ...THROUGH_TWILIO, SMS_PROVIDER: '', DELIVERY_ROUTES: 'SMS=twilio' });
  expect(text).toMatch(
    /^Codes on the routes in DELIVERY_ROUTES are really sent. Other codes are printed here, .*\/inbox/m,
  );
  expect(text).not.toContain('+255679190720');
});

test('with all of them really sent: nothing is promised to be printed, and no stranger is sent a text', () => {
  const text = read({ ...THROUGH_TWILIO, SMS_PROVIDER: 'twilio' });
  expect(text).toContain('Codes are really sent. Ask');
  expect(text).not.toMatch(/printed|inbox|\+255679190720/);
});

test.each([['0.0.0.0'], ['::'], ['192.168.1.5'], ['dev.example.com']])(
  'on HOST=%s: that other machines reach it comes first, and what they can read',
  (HOST) => {
    expect(read({ HOST })).toMatch(/^\n\*\*\* WARNING: OTHER MACHINES CAN REACH THIS SERVICE \(HOST=/);
    expect(read({ HOST })).toContain('Its inbox answers this machine only (INBOX=on opens it to all).');
    expect(read({ HOST, INBOX: 'on' })).toContain('EVERYONE who reaches it can read all codes in the inbox');
    expect(read({ HOST, INBOX: 'off' })).toContain('Its inbox is off.');
    expect(read({ HOST, ...THROUGH_TWILIO, SMS_PROVIDER: 'twilio' })).not.toContain('WARNING');
  },
);

test.each([['127.0.0.1'], ['127.0.0.2'], ['localhost'], ['LOCALHOST'], ['::1'], ['']])(
  'on HOST=%s: nothing is said, because only this machine reaches it',
  (HOST) => {
    expect(read({ HOST })).not.toContain('WARNING');
  },
);

test('with INBOX=off: no inbox is promised', () => {
  expect(read({ INBOX: 'off' })).toMatch(/^Codes are printed here\. Ask/m);
});
