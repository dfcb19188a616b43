import { createHash } from 'node:crypto';
import argon2 from 'argon2';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import type { MessageSender, OutgoingMessage } from '../../src/providers/message-sender.js';
import { everyCell, findCodes, type SentCode } from '../support/operations/code-search.js';
import {
  form,
  guessWrongly,
  me,
  register,
  requestOtp,
  VERIFY_OTP,
  verifyOtp,
} from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

/** C1: a code is known to the phone that it was sent to, and to nobody else. */

const texts: OutgoingMessage[] = [];
/** Takes texts, refuses them and fails by turns, so that the search sees what is logged and kept of all of these. */
const sender: MessageSender = {
  provider: 'console',
  send: async (message) => {
    texts.push(message);
    if (texts.length % 3 === 1) return { kind: 'accepted', providerMessageId: `moody-${message.id}` };
    if (texts.length % 3 === 2) throw new Error(message.text, { cause: message });
    return { kind: 'failed', reason: 'rejected', providerCode: '21612' };
  },
};

let service: TestService;
const answers: string[] = [];
beforeAll(async () => {
  service = listening(await startService({ env: { LOG_LEVEL: 'trace', UNKNOWN_PHONE: 'register' }, sender }));
  await useEverything();
});
afterAll(() => service.close());

function listening(actual: TestService): TestService {
  const keep = (answer: GraphqlAnswer) => {
    answers.push(JSON.stringify([answer.status, ...answer.headers, answer.body]));
    return answer;
  };
  return { ...actual, graphql: async (...request) => keep(await actual.graphql(...request)) };
}

function codeSentTo(phoneNumber: string): string {
  return texts.findLast(({ to }) => to === phoneNumber)?.text.slice(0, 6) ?? '';
}

/** Everything that can happen to a code. */
async function useEverything(): Promise<void> {
  for (let person = 10; person < 22; person += 1) {
    const phoneNumber = `+97798000005${person}`;
    await requestOtp(service, { phoneNumber });
    await guessWrongly(service, phoneNumber);
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    const otp = codeSentTo(phoneNumber);
    await verifyOtp(service, { phoneNumber, otp });
    const input = form({ phoneNumber, email: `p${person}@example.com`, verificationCode: otp });
    const { tokens } = await register(service, input);
    await me(service, tokens.accessToken);
    await verifyOtp(service, { phoneNumber, otp });
    await guessWrongly(service, phoneNumber, 6);
    service.clock.advance(2);
    await service.background.outbox.run();
  }
  await failWithACode();
}

/** Right codes on their way into errors: of GraphQL, of HTTP and of the database. */
async function failWithACode(): Promise<void> {
  const phoneNumber = '+9779800000599';
  await requestOtp(service, { phoneNumber });
  const otp = codeSentTo(phoneNumber);
  // What a caller sends may come back to that caller, so only the log is looked at for these.
  const kept = answers.length;
  await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp: Number(otp) } });
  await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp: { is: otp } } });
  await service.graphql(`mutation { verifyOtp(input: { phoneNumber: "${phoneNumber}", otp: ${otp} }) { __typename } }`);
  await service.graphql(`mutation { verifyOtp(input: { otp: "${otp}" }`);
  const variables = JSON.stringify({ input: { phoneNumber, otp } });
  await fetch(`${service.url}/graphql?${new URLSearchParams({ query: VERIFY_OTP, variables })}`);
  answers.length = kept;

  await service.db.execute(sql`ALTER TABLE sessions RENAME TO sessions_away`);
  await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } });
  await service.db.execute(sql`ALTER TABLE sessions_away RENAME TO sessions`);
}

async function everyCodeSent(): Promise<SentCode[]> {
  const challenges = await service.db.select().from(otpChallengeTable);
  const users = await service.db.execute<{ id: string; phone_number: string }>(sql`SELECT id, phone_number FROM users`);
  const codes = new Map(texts.map(({ to, text }) => [text.slice(0, 6), to]));
  return [...codes].map(([code, to]) => {
    const ids = texts.filter((text) => text.to === to).map(({ id }) => id);
    const challenge = challenges.find(({ destination }) => destination === to);
    const user = users.find(({ phone_number }) => phone_number === to);
    const known = [...ids, to, to.slice(1), 'SIGN_IN', challenge?.challengeId, challenge?.secretId, user?.id];
    return { code, context: known.filter((value) => value !== undefined) };
  });
}

describe('C1: the codes that were sent', () => {
  test('are many, so that the search below has something to find', async () => {
    expect((await everyCodeSent()).length).toBeGreaterThan(10);
    expect(texts.length).toBeGreaterThan(20);
    expect(answers.length).toBeGreaterThan(150);
    expect(service.logs.length).toBeGreaterThan(150);
  });

  test('are in no answer and in no header', async () => {
    const pieces = new Map(answers.map((answer, index) => [`answer ${index}`, answer]));
    expect(findCodes(await everyCodeSent(), pieces)).toEqual([]);
  });

  test('are in no log line, at the most talkative level and whatever goes wrong', async () => {
    const pieces = new Map(service.logs.map((line, index) => [`log line ${index}`, line]));
    expect(findCodes(await everyCodeSent(), pieces)).toEqual([]);
  });

  test('are in no cell of the database, in no form that it could turn back by itself', async () => {
    const cells = await everyCell(service.db);
    expect(cells.size).toBeGreaterThan(400);
    expect(findCodes(await everyCodeSent(), cells)).toEqual([]);
  });

  test('are in no slow hash either', async () => {
    const [code] = await everyCodeSent();
    const hashes = [...(await everyCell(service.db)).values()].flatMap((cell) => cell.match(/\$argon2\S+/g) ?? []);
    expect(hashes.length).toBeGreaterThan(0);
    expect(await argon2.verify(hashes[0] ?? '', code?.code ?? '')).toBe(false);
  });

  test('would be found, plain, encoded or hashed, and nothing else would', () => {
    const to = '+9779800000500';
    const found = (piece: string) =>
      findCodes([{ code: '012345', context: [to] }], new Map([['here', piece]])).length > 0;
    const sha256 = (content: string) => createHash('sha256').update(content).digest();
    const claims = Buffer.from('{"otp":"012345"}').toString('base64url');
    const leaks = ['{"text":"012345 is your code"}', 'otp_012345', 'MDEyMzQ1', `eyJhbGciOiJub25lIn0.${claims}.`];
    const hashes = [sha256('012345').toString('hex'), sha256(`012345:${to}`).toString('base64')];
    expect([...leaks, ...hashes].filter((piece) => !found(piece))).toEqual([]);
    const others = ['0123456', '12345', '01234567-0123-4012-8012-a012345bcdef', sha256('012346').toString('hex'), to];
    expect(others.filter(found)).toEqual([]);
  });
});
