import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSchema, parse, validate } from 'graphql';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Disturbances } from '../../cluster/soak/disturbances.js';
import { DOCUMENTS } from '../../cluster/soak/documents.js';
import { Findings } from '../../cluster/soak/findings.js';
import { Gateway } from '../../cluster/soak/gateway.js';
import { slower } from '../../cluster/soak/latency.js';
import { Person } from '../../cluster/soak/person.js';
import { Sessions } from '../../cluster/soak/sessions.js';
import { SignIn } from '../../cluster/soak/sign-in.js';
import { SoakApi } from '../../cluster/soak/soak-api.js';
import { Talk } from '../../cluster/soak/talk.js';
import { Tally } from '../../cluster/soak/tally.js';
import { ACTS, planFor } from '../../cluster/soak/timetable.js';

/** `npm run soak` finds what it looks for: here its people talk to a service that does what must not be. */

const PHONE = '+255600000001';
const user = { id: 'u1', phoneNumber: PHONE, phoneVerified: true, firstName: null, email: null };
const signedIn = (refreshToken = 'r1') => ({ user, tokens: { accessToken: 'a1', refreshToken }, deviceToken: null });

/** What the service answers with: a type and its fields, or the status of an answer without a body. */
type Answers = Readonly<Record<string, () => { __typename: string; [field: string]: unknown } | number>>;

let server: Server;
let answers: Answers = {};
let findings: Findings;
let disturbances: Disturbances;
let api: SoakApi;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  server = createServer(async (request, response) => {
    const { query }: { query: string } = JSON.parse(await text(request));
    const [, operation = ''] = /{\s*(\w+)/.exec(query.replace(/^mutation[^{]*/, '')) ?? [];
    const answer = answers[operation]?.() ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.end(JSON.stringify({ data: { [operation]: answer } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  [findings, disturbances] = [new Findings(), new Disturbances()];
  const tally = new Tally({ findings, disturbances });
  api = new SoakApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, (answered) => tally.hear(answered));
});

afterEach(() => {
  api.close();
  server.close();
});

/** @param luck what chance says every time */
function talkWith(luck: number): Talk {
  const gateway = { take: async () => '123456', wasFaulted: () => false };
  return new Talk({ api, gateway, findings, disturbances, random: () => luck, restMs: 0 });
}

function somebody(): Person {
  const person = new Person({ phoneNumber: PHONE, address: '192.0.2.1' });
  Object.assign(person, { id: 'u1', phoneVerified: true });
  return person;
}

const found = () => findings.all.map(({ kind, detail }) => `${kind}: ${detail}`);
const session = { accessToken: 'a1', refreshToken: 'r1', refreshedAt: performance.now() };

test.each([
  ['one call after the other', 0.13],
  ['two calls at once', 0.11],
])('a code that is accepted twice is found: %s', async (how, luck) => {
  answers = {
    requestOtp: () => ({ __typename: 'RequestOtpSuccess', requestToken: 't' }),
    verifyOtp: () => ({ __typename: 'VerifyOtpSuccess', ...signedIn() }),
  };
  await new SignIn(talkWith(luck)).byCode(somebody());
  expect(found()).toEqual([`code accepted twice: ${how}`]);
});

test('an account that its owner no longer finds is lost', async () => {
  answers = {
    requestOtp: () => ({ __typename: 'RequestOtpSuccess', requestToken: 't' }),
    verifyOtp: () => ({ __typename: 'VerifyOtpSuccess', ...signedIn(), user: { ...user, id: 'u2' } }),
  };
  await new SignIn(talkWith(0.9)).byCode(somebody());
  expect(found()).toEqual(['lost: the account u1: its owner signs in to u2']);
});

test('a session that works after its end is found, with each of its tokens', async () => {
  answers = {
    logout: () => ({ __typename: 'LogoutSuccess', endedSessions: 1 }),
    me: () => ({ __typename: 'User', ...user }),
    refreshSession: () => ({ __typename: 'RefreshSessionSuccess', ...signedIn() }),
  };
  await new Sessions(talkWith(0.9)).logout(somebody(), session);
  expect(found()).toEqual(['ended session works: me of u1', 'ended session works: refreshSession of u1']);
});

test('a session that is over too early is found, and one refresh token with two successors, too', async () => {
  const successors = ['r2', 'r3'];
  answers = {
    refreshSession: () => ({ __typename: 'RefreshSessionSuccess', ...signedIn(successors.shift()) }),
  };
  await new Sessions(talkWith(0.1)).refresh(somebody(), session);
  answers = { refreshSession: () => ({ __typename: 'InvalidTokenError' }) };
  await expect(new Sessions(talkWith(0.9)).refresh(somebody(), session)).rejects.toThrow();
  expect(found()).toEqual([
    'doubled: one refresh token of u1 has two successors',
    'lost: a session of u1: refreshSession is refused',
  ]);
});

test('an account that lost what was acknowledged is found', async () => {
  answers = { me: () => ({ __typename: 'User', ...user, phoneNumber: '+255600000002' }) };
  await new Sessions(talkWith(0.9)).me(somebody(), session);
  expect(found()).toEqual([`lost: phoneNumber of u1 is +255600000002, and ${PHONE} was acknowledged`]);
});

test('no answer is a finding outside of a window, and an error of the service everywhere', async () => {
  answers = { me: () => 503 };
  const window = disturbances.open('fail-over', ['no answer']);
  await api.call('me');
  expect(found()).toEqual([]);
  answers = { me: () => 500 };
  await api.call('me');
  disturbances.close(window);
  window.to = performance.now() - 10_000;
  answers = { me: () => 502 };
  await api.call('me');
  expect(found()).toEqual(['failed outside of a window: me: HTTP 500', 'failed outside of a window: me: HTTP 502']);
});

test('a message that comes again after the provider has taken it is found, and not where its answer was lost', async () => {
  // Reports lead nowhere here.
  disturbances.open('the service is away', ['no answer']);
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const endings: (() => Promise<void>)[] = [];
  const parts = { atEnd: (ending: () => Promise<void>) => void endings.push(ending) };
  const { gateway, url } = await Gateway.start(parts, { disturbances, findings, random: () => 0, secret });
  const send = async (id: string) => {
    const body = JSON.stringify({ id, to: PHONE, code: '123456' });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(), body),
    };
    const sent = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
    await sent?.text();
  };
  gateway.mood = 'takes the message, and its answer is lost';
  await send('m1');
  gateway.mood = null;
  await send('m1');
  await send('m2');
  expect(found()).toEqual([]);
  await vi.waitFor(async () => {
    await send('m2');
    expect(found()).toContain('doubled: the message m2 was sent again after the provider had taken it');
  });
  expect(found().every((line) => line.includes('m2'))).toBe(true);
  await Promise.all(endings.map((ending) => ending()));
});

test('its documents are those of the schema', () => {
  const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  const wrong = Object.values(DOCUMENTS).flatMap((document) => validate(schema, parse(document.text)));
  expect(wrong).toEqual([]);
});

test('the timetable of one seed is always the same, and has every act before one comes again', () => {
  const plan = planFor(2 * ACTS.length, 7);
  expect(planFor(2 * ACTS.length, 7)).toEqual(plan);
  expect(new Set(plan.slice(0, ACTS.length).map(({ act }) => act))).toEqual(new Set(ACTS));
  expect(planFor(2 * ACTS.length, 8)).not.toEqual(plan);
});

test('calls that become slower are found, unless the machine became busier', () => {
  const run = (p50: (minute: number) => number, load: (minute: number) => number) =>
    Array.from({ length: 30 }, (_, minute) => ({
      calls: { answers: 100, failures: {}, latencies: {}, calm: { me: { calls: 50, p50: p50(minute), p99: 40 } } },
      load: load(minute),
    }));
  expect(
    slower(
      run(
        (minute) => 8 + 2 * minute,
        () => 1,
      ),
    ),
  ).toEqual(['p50 of me grows from 38 to 58 ms']);
  expect(
    slower(
      run(
        (minute) => 8 + 2 * minute,
        (minute) => minute,
      ),
    ),
  ).toEqual([]);
  expect(
    slower(
      run(
        (minute) => 8 + (minute % 3),
        () => 1,
      ),
    ),
  ).toEqual([]);
});
