import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTwilioSender } from '../../src/providers/twilio/twilio.sender.js';
import { type ApiAnswer, type ApiStandIn, startApiStandIn } from '../support/delivery/api-stand-in.js';

/** What is left on an account at Twilio (https://help.twilio.com/articles/360025294494). */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };

let twilio: ApiStandIn;
let answer: ApiAnswer;
beforeEach(async () => {
  twilio = await startApiStandIn(() => answer);
});
afterEach(() => twilio.close());

async function balance() {
  const from = { phoneNumber: '+15005550006' };
  const sender = await createTwilioSender({ ...account, from, baseUrl: twilio.url, timeoutMs: 2_000 });
  return sender.balance?.();
}

function answers(body: object): void {
  answer = { kind: 'http', status: 200, body: { account_sid: account.accountSid, ...body } };
}

test('it is read from the account', async () => {
  answers({ balance: '9.60', currency: 'USD' });
  expect(await balance()).toEqual({ amount: 9.6, currency: 'USD' });
  expect(twilio.requests.at(-1)).toMatchObject({
    method: 'GET',
    path: `/2010-04-01/Accounts/${account.accountSid}/Balance.json`,
  });
});

test('what is owed is negative', async () => {
  answers({ balance: '-3.25', currency: 'EUR' });
  expect(await balance()).toEqual({ amount: -3.25, currency: 'EUR' });
});

test.each([
  {},
  { balance: 'much', currency: 'USD' },
  { balance: '1', currency: '' },
  { balance: null, currency: null },
])('an answer without it says nothing: %j', async (body) => {
  answers(body);
  expect(await balance()).toBeNull();
});

test('Twilio that cannot be asked says nothing', async () => {
  answer = { kind: 'close' };
  expect(await balance()).toBeNull();
});
