import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textLimits } from '../../src/platform/text-limits.js';
import { processorTime } from '../support/processor-time.js';
import { form, problemsOf, register, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login, refresh } from '../support/operations/session-operations.js';

/** V7: one client sends texts that take long to read, and everybody else waits. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));

/** Milliseconds of processor time. Any body of 64 kB takes a few, and to normalize such a body of marks takes 300. */
const MOST_TIME = 100;
/** Bytes of a text: a body may have 64 kB. */
const HUGE = 60_000;

let service: TestService;
let token: string;
beforeAll(async () => {
  service = await startService();
  token = (await signIn(service, '+9779800000920')).tokens.accessToken;
});
afterAll(() => service.close());

/** What goes far enough beside the text that is too long. */
const GOOD: Readonly<Record<string, string>> = {
  phoneNumber: '+9779800000921',
  identifier: 'somebody',
  email: 'somebody@example.com',
  password: 'SecurePassword123!',
  passwordConfirm: 'SecurePassword123!',
  newPassword: 'another long one',
  newPasswordConfirm: 'another long one',
  otp: '123456',
};

interface TextPlace {
  readonly coordinate: string;
  readonly query: string;
  readonly variables: (text: string) => Record<string, unknown>;
}

/** Every argument and input field of the schema that takes a text, one that is added tomorrow included. */
const places: readonly TextPlace[] = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).flatMap((field) => {
    const declared = field.args.map(({ name, type: of }) => `$${name}: ${of}`).join(', ');
    const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
    const body = `${field.name}${given && `(${given})`}${isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''}`;
    const query = `${type === schema.getQueryType() ? 'query' : 'mutation'} ${declared && `(${declared})`} { ${body} }`;
    return field.args.flatMap((argument) => textsOf(argument).map((text) => ({ ...text, query })));
  }),
);

function textsOf(argument: GraphQLArgument): Omit<TextPlace, 'query'>[] {
  const type = getNamedType(argument.type);
  if (isText(argument)) {
    return [{ coordinate: argument.name, variables: (text) => ({ [argument.name]: text }) }];
  }
  if (!isInputObjectType(type)) return [];
  const fields = Object.values(type.getFields());
  const required = fields.filter(isRequiredInputField).map(({ name }) => [name, GOOD[name] ?? 'x']);
  return fields.filter(isText).map(({ name }) => ({
    coordinate: `${type.name}.${name}`,
    variables: (text) => ({ [argument.name]: { ...Object.fromEntries(required), [name]: text } }),
  }));
}

function isText({ type }: GraphQLArgument | GraphQLInputField): boolean {
  return ['String', 'ID'].includes(getNamedType(type).name);
}

const TEXTS: Readonly<Record<string, string>> = {
  'combining marks': `a${'\u0316\u0300'.repeat(HUGE / 4)}`,
  'ligatures that grow eighteenfold': '\ufdfa'.repeat(HUGE / 3),
  'digits of a script with many': '𝟿'.repeat(HUGE / 4),
  spaces: `1${' '.repeat(HUGE)}x`,
  'zero-width characters': '\u200b'.repeat(HUGE / 3),
  'dots and at signs': 'a@a.'.repeat(HUGE / 4),
  'brackets and minus signs': '(-'.repeat(HUGE / 2),
};

test.each(Object.entries(TEXTS))('60,000 bytes of %s in any text: the others do not wait', async (_name, text) => {
  expect(places.length).toBeGreaterThan(20);
  const slow: string[] = [];
  for (const { coordinate, query, variables } of places) {
    const time = await processorTime(() => service.graphql(query, variables(text), { token }), MOST_TIME);
    if (time > MOST_TIME) slow.push(`${coordinate}: ${Math.round(time)} ms`);
  }
  expect(slow).toEqual([]);
});

test.each([
  ['accept', '"'],
  ['accept', 'a/b,'],
  ['accept', 'a/b;q=0.1;a="'],
  ['accept-language', 'a;q=0.1,'],
  ['content-type', 'application/json; a=b'],
  ['content-type', 'application/json; '],
  ['cookie', '__Host-Http-refresh-token=a;'],
  ['authorization', 'Bearer '],
  ['authorization', 'Bearer a.a.'],
  ['x-forwarded-for', '1.1.1.1,'],
  ['x-forwarded-for', '1:'],
  ['origin', 'https://a.'],
  ['access-control-request-headers', 'a, '],
  ['x-request-id', 'a'],
  ['session-mode', 'cookie'],
  ['user-agent', '('],
])('nor for the header %s full of %s', async (name, part) => {
  const headers = { [name]: part.repeat(Math.floor(15_000 / part.length)).trim() };
  const send = () => service.graphql('{ __typename }', {}, { headers });
  expect(await processorTime(send, MOST_TIME)).toBeLessThan(MOST_TIME);
});

test('nor for an input with 6,000 unknown fields', async () => {
  const input = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`k${index}`, 1]));
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  const send = async () => expect((await service.graphql(query, { input })).status).toBe(400);
  // graphql-js describes each fault with the whole input. All of them took half a minute, and 50 half a second.
  expect(await processorTime(send, MOST_TIME)).toBeLessThan(MOST_TIME);
});

describe('the header Content-Type', () => {
  const statusOf = async (contentType: string) => {
    const body = JSON.stringify({ query: '{ __typename }' });
    return (await fetch(`${service.url}/graphql`, { method: 'POST', headers: { 'content-type': contentType }, body }))
      .status;
  };

  test.each([
    ['spaces', ' '],
    ['tabs', '\t'],
    ['parameters', 'a=b;'],
  ])('full of %s holds nobody up', async (_what, part) => {
    const contentType = `application/json;a=${part.repeat(Math.floor(15_000 / part.length))}x`;
    const send = async () => expect(await statusOf(contentType)).toBe(431);
    expect(await processorTime(send, MOST_TIME)).toBeLessThan(MOST_TIME);
  });

  test('is read with 256 characters, and not with 257', async () => {
    const statuses = [256, 257].map((length) => statusOf('application/json;a='.padEnd(length, 'b')));
    expect(await Promise.all(statuses)).toEqual([200, 431]);
  });
});

describe('the length decides, before anything else is looked at', () => {
  const marks = (length: number) => 'a'.padEnd(length, '\u0316\u0300');
  const more = (maximum: number) => `Ensure this field has no more than ${maximum} characters.`;

  test('identifier and password of login', async () => {
    const { IDENTIFIER, PASSWORD } = textLimits;
    const identifier = marks(IDENTIFIER.maximum);
    const password = marks(PASSWORD.maximum);
    expect(await login(service, { identifier, password })).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(problemsOf(await login(service, { identifier: `${identifier}a`, password: `${password}a` }))).toEqual({
      identifier: more(320),
      password: more(1024),
    });
  });

  test('phone number: 64 characters with spaces are read, 65 are not', async () => {
    const phoneNumber = `+977 ${' '.repeat(48)}98000 00922`.padEnd(64, ' ').slice(-64);
    expect(phoneNumber).toHaveLength(64);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ phoneNumber: '+9779800000922' });
    const answers = [
      await requestOtp(service, { phoneNumber: `${phoneNumber} ` }),
      await verifyOtp(service, { phoneNumber: `${phoneNumber} `, otp: '123456' }),
      await register(service, form({ phoneNumber: `${phoneNumber} ` })),
    ];
    for (const answer of answers) expect(Object.keys(problemsOf(answer))).toEqual(['phoneNumber']);
  });

  test('the passwords of changePassword', async () => {
    const long = marks(1025);
    const answer = await changePassword(service, token, { currentPassword: long, newPassword: long });
    expect(problemsOf(answer)).toEqual({
      currentPassword: more(1024),
      newPassword: 'This password is too long. It may contain at most 256 characters.',
    });
  });

  test('names, email, username and code of register', async () => {
    const long = { email: marks(255), firstName: marks(151), lastName: ' '.repeat(151), username: marks(65) };
    const problems = problemsOf(await register(service, form({ ...long, verificationCode: marks(257) })));
    expect(problems).toMatchObject({ firstName: more(150), lastName: more(150) });
    expect(Object.keys(problems)).toEqual(['email', 'firstName', 'lastName', 'username', 'verificationCode']);
  });

  test('a token of more than 4,096 characters counts as none', async () => {
    const long = `${token}${'a'.repeat(textLimits.TOKEN.maximum)}`;
    expect(await refresh(service, long)).toMatchObject({ __typename: 'InvalidTokenError' });
    const answer = await requestOtp(service, { phoneNumber: '+9779800000923', deviceToken: long });
    expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });
});

test('no other code normalizes text, so none can forget the length', async () => {
  const { readSources } = await import(join(root, 'scripts/source-graph.js'));
  const sources: ReadonlyMap<string, string> = readSources(join(root, 'src'));
  const files = [...sources].filter(([, source]) => source.includes('.normalize(')).map(([file]) => file);
  expect(files).toEqual(['platform/normalized.ts']);
});
