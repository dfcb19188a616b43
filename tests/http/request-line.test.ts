import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { logoutEverywhere } from '../support/operations/session-operations.js';

/** Somebody who reads the log sees what each request asked for, who asked, and what came of it; and no more. */

const NUMBER = '+9779800005001';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** The line of the only request of a call. */
async function lineOf(call: () => Promise<unknown>): Promise<Record<string, unknown>> {
  const before = service.logs.length;
  await call();
  const find = () =>
    service.logs
      .slice(before)
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter(({ msg }) => msg === 'request');
  while (find().length === 0) await new Promise(setImmediate);
  expect(find()).toHaveLength(1);
  return find()[0] ?? {};
}

const WHAT = ['operation', 'fields', 'userId', 'outcome'];

async function saidOf(call: () => Promise<unknown>): Promise<Record<string, unknown>> {
  const line = await lineOf(call);
  return Object.fromEntries(Object.entries(line).filter(([name]) => WHAT.includes(name)));
}

const asked = (query: string, token?: string) => () => service.graphql(query, {}, token === undefined ? {} : { token });

test('what was asked for, and that it went well', async () => {
  const said = await saidOf(() => requestOtp(service, { phoneNumber: NUMBER }));
  expect(said).toEqual({ operation: 'RequestOtp', fields: 'requestOtp', outcome: 'ok' });
});

test('the type of a failure', async () => {
  const said = await saidOf(() => verifyOtp(service, { phoneNumber: NUMBER, otp: '12' }));
  expect(said).toEqual({ operation: 'VerifyOtp', fields: 'verifyOtp', outcome: 'InvalidInputError' });
});

test('the code of an error, of the first field that failed', async () => {
  const said = await saidOf(asked('{ signInOptions { __typename } me { id } }'));
  expect(said).toEqual({ fields: 'signInOptions,me', outcome: 'UNAUTHENTICATED' });
  expect(await saidOf(asked('{ nothingLikeIt }'))).toEqual({ outcome: 'GRAPHQL_VALIDATION_FAILED' });
  expect(await saidOf(asked('{ me { id '))).toEqual({ outcome: 'GRAPHQL_PARSE_FAILED' });
});

test('who signed in, and whose session goes on', async () => {
  const number = '+9779800005009';
  await requestOtp(service, { phoneNumber: number });
  const said = await saidOf(() => verifyOtp(service, { phoneNumber: number, otp: service.phone.code(number) }));
  expect(said).toEqual({ operation: 'VerifyOtp', fields: 'verifyOtp', outcome: 'ok', userId: expect.any(String) });

  const { user, tokens } = await signIn(service, '+9779800005010');
  const again = 'mutation ($token: String) { refreshSession(refreshToken: $token) { __typename } }';
  expect(await saidOf(() => service.graphql(again, { token: tokens.refreshToken }))).toEqual({
    fields: 'refreshSession',
    outcome: 'ok',
    userId: user.id,
  });
});

test('who asked, while the session lives', async () => {
  const { user, tokens } = await signIn(service, '+9779800005002');
  const query = 'query Mine { ...Part } fragment Part on Query { me { id } }';
  const mine = { operation: 'Mine', fields: 'me' };
  expect(await saidOf(asked(query, tokens.accessToken))).toEqual({ ...mine, userId: user.id, outcome: 'ok' });
  await logoutEverywhere(service, tokens.accessToken);
  expect(await saidOf(asked(query, tokens.accessToken))).toEqual({ ...mine, outcome: 'UNAUTHENTICATED' });
});

test('who was refused what is for another role', async () => {
  const { user, tokens } = await signIn(service, '+9779800005004');
  const refused = await saidOf(asked('{ users { __typename } }', tokens.accessToken));
  expect(refused).toEqual({ fields: 'users', userId: user.id, outcome: 'FORBIDDEN' });
});

test('when, in UTC, under which id, and one line for each request, whatever a client writes into it', async () => {
  const forged = `x"}\n{"level":30,"msg":"request","userId":"somebody"}\r\n\u2028`;
  const line = await lineOf(() =>
    service.graphql('query ($token: String!) { me { id } otpDelivery(requestToken: $token) { __typename } }', {
      token: forged,
    }),
  );
  expect(line).toMatchObject({ reqId: expect.any(String), path: '/graphql' });
  const path = `/a%0A{"msg":"request"}\u2028?${encodeURIComponent(forged)}`;
  await lineOf(() => fetch(`${service.url}${path}`, { headers: { 'user-agent': 'x{"msg":"request"}\t' } }));
  for (const written of service.logs) {
    expect(written.trimEnd()).not.toMatch(/[\n\r]/);
    expect(JSON.parse(written)).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: expect.any(Number),
      msg: expect.any(String),
    });
  }
});

test('not who has left', async () => {
  const { tokens } = await signIn(service, '+9779800005003');
  const said = await saidOf(() => deleteAccount(service, tokens.accessToken));
  expect(said).toMatchObject({ fields: 'deleteAccount', outcome: 'ok' });
  expect(said['userId']).toBeUndefined();
});

test.each([
  ['a number', 'q9779800005001'],
  ['a code', 'is_123456'],
  ['a novel', 'n'.repeat(65)],
])('no name that a client made of %s', async (_what, name) => {
  expect(await saidOf(asked(`query ${name} { cities { __typename } }`))).toEqual({ fields: 'cities', outcome: 'ok' });
});

test('a request that is refused before GraphQL sees it', async () => {
  const line = await lineOf(() =>
    fetch(`${service.url}/graphql`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
  );
  expect(line).toMatchObject({ status: expect.any(Number), method: 'POST', path: '/graphql' });
  const compressed = await lineOf(() =>
    fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: 'x',
    }),
  );
  expect(compressed).toMatchObject({ status: 415, outcome: 'UNSUPPORTED_MEDIA_TYPE' });
});

test('only what became of it where no field is called', async () => {
  const to = (path: string, init?: RequestInit) => fetch(`${service.url}${path}`, init);
  expect(await saidOf(() => to('/healthz'))).toEqual({ outcome: 'ok' });
  expect(await saidOf(() => to('/nothing'))).toEqual({ outcome: 'HTTP_404' });
  // Apollo Server takes it for a forged request.
  const forged = { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } };
  expect(await saidOf(() => to('/graphql', forged))).toEqual({ outcome: expect.stringMatching(/^HTTP_4\d\d$/) });
});
