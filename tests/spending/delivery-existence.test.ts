import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { form, guessWrongly, otpDelivery, register, requestOtpAndFollow } from '../support/operations/operations.js';
import { GUARDED, numberIn, pump } from '../support/pumping.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** Somebody who wants to know whether a number has an account asks for codes to it, and watches what becomes of them. */

const RANGE = '25567910';
const [KNOWN, UNKNOWN] = [numberIn(RANGE, 7001), numberIn(RANGE, 7002)];

/** A range can be paused, and every channel has a provider that sends. */
const PAUSED = { ...GUARDED, DELIVERY_ROUTES: 'SMS=webhook WHATSAPP=webhook VOICE=webhook' } as const;

async function withAccount(
  work: (service: TestService, sender: ScriptedSender) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
) {
  const sender = new ScriptedSender(env['SMS_PROVIDER']);
  const service = await startService({ env: { ...MANY_TEXTS, ...env }, sender });
  try {
    await ask(service, KNOWN);
    const input = form({ phoneNumber: KNOWN, verificationCode: sender.code(KNOWN) });
    expect(await register(service, input)).toMatchObject({ __typename: 'RegisterSuccess' });
    // Somebody uses the account, so it is sent every code that is asked for.
    await service.db.execute(sql`UPDATE sessions SET last_used_at = last_used_at + interval '1 day'`);
    await work(service, sender);
  } finally {
    await service.close();
  }
}

async function ask(service: TestService, phoneNumber: string, channel = 'SMS') {
  const answer = await requestOtpAndFollow(service, { phoneNumber, channel });
  await service.background.outbox.drain();
  return answer;
}

describe('in a paused range, where only known numbers are sent anything', () => {
  test.each([
    ['when the provider refuses the number', 'at_once'],
    ['when the provider reports it later', 'reported'],
  ] as const)('nobody learns from a number that refuses: %s', async (_name, when) => {
    await withAccount(async (service, sender) => {
      await pump(service, RANGE, 20);
      for (const [channel, failure] of [
        ['WHATSAPP', 'invalid_number'],
        ['VOICE', 'invalid_number'],
        ['SMS', 'opted_out'],
      ] as const) {
        service.clock.advance(120);
        await refuse(service, sender, { channel, failure, when });
        service.clock.advance(120);
        const [known, unknown] = [await ask(service, KNOWN, channel), await ask(service, UNKNOWN, channel)];
        for (const answer of [unknown, known]) {
          expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', requestToken: expect.any(String) });
          expect(await otpDelivery(service, answer.requestToken)).toBeNull();
        }
      }
      service.clock.advance(3 * 3600);
      for (const channel of ['WHATSAPP', 'VOICE', 'SMS']) {
        service.clock.advance(120);
        const [known, unknown] = [await ask(service, KNOWN, channel), await ask(service, UNKNOWN, channel)];
        expect(known.__typename).toBe(unknown.__typename);
      }
    }, PAUSED);
  });

  test('what was learned before the pause is still told, to everybody', async () => {
    await withAccount(async (service, sender) => {
      service.clock.advance(120);
      for (const phoneNumber of [KNOWN, UNKNOWN]) {
        sender.next('invalid_number');
        await ask(service, phoneNumber, 'WHATSAPP');
      }
      service.clock.advance(60);
      await pump(service, RANGE, 20);
      for (const phoneNumber of [KNOWN, UNKNOWN]) {
        const answer = await ask(service, phoneNumber, 'WHATSAPP');
        expect(answer).toMatchObject({ __typename: 'DestinationNotAllowedError', reason: 'INVALID_NUMBER' });
      }
    }, PAUSED);
  });

  interface Refusal {
    readonly channel: string;
    readonly failure: SendFailure;
    readonly when: 'at_once' | 'reported';
  }

  async function refuse(service: TestService, sender: ScriptedSender, { channel, failure, when }: Refusal) {
    if (when === 'at_once') sender.next(failure);
    const answers = [await ask(service, KNOWN, channel), await ask(service, UNKNOWN, channel)];
    expect(answers.map(({ __typename }) => __typename)).toEqual(['RequestOtpSuccess', 'RequestOtpSuccess']);
    const message = (await messagesTo(service, KNOWN)).at(-1);
    if (when === 'at_once' || !message) return;
    const { id: messageId, providerMessageId } = message;
    const report = { messageId, provider: sender.provider, providerMessageId, state: 'failed', failure } as const;
    expect(await service.background.deliveries.report(report)).toBe(true);
  }
});

describe.each(['sign-up', 'register'])('outside of paused ranges, with UNKNOWN_PHONE=%s', (mode) => {
  test.each([
    ['SMS', null],
    ['SMS', 'rejected'],
    ['SMS', 'provider_unavailable'],
    ['SMS', 'opted_out'],
    ['WHATSAPP', 'invalid_number'],
    ['VOICE', 'country_not_enabled'],
  ] as const)(
    '%s that ends in %s looks the same for known and unknown numbers, and so does the next',
    async (...by) => {
      const [channel, failure] = by;
      await withAccount(
        async (service, sender) => {
          service.clock.advance(3600);
          const seen: object[][] = [];
          for (const phoneNumber of [KNOWN, UNKNOWN]) {
            if (failure) sender.next(failure);
            const first = await ask(service, phoneNumber, channel);
            const followed = await otpDelivery(service, first.requestToken);
            seen.push([shown(first), followed]);
          }
          service.clock.advance(120);
          for (const [index, phoneNumber] of [KNOWN, UNKNOWN].entries()) {
            seen[index]?.push(shown(await ask(service, phoneNumber, channel)));
          }
          expect(seen[0]).toEqual(seen[1]);
        },
        { UNKNOWN_PHONE: mode },
      );
    },
  );

  /** Without what names the number, the message and the challenge: the last two are random. */
  function shown({ phoneNumber, requestToken, ...others }: Record<string, unknown>) {
    const { sub, cha, ...claims } = typeof requestToken === 'string' ? decodeJwt(requestToken) : {};
    return { ...others, claims };
  }
});

test('a code that strangers guessed away while it waits ends alike, whether an account knows devices or not', async () => {
  await withAccount(async (service, sender) => {
    service.clock.advance(3600);
    const tokens: string[] = [];
    for (const phoneNumber of [KNOWN, UNKNOWN]) {
      sender.next('provider_unavailable');
      tokens.push((await ask(service, phoneNumber)).requestToken);
      expect(await guessWrongly(service, phoneNumber, 3)).toMatchObject({ attemptsRemaining: 0 });
    }
    service.clock.advance(10);
    await service.background.outbox.run();
    await service.background.outbox.drain();
    const [known, unknown] = await Promise.all(tokens.map((token) => otpDelivery(service, token)));
    expect(known).toEqual(unknown);
  });
});
