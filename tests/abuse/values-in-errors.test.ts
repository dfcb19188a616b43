import { buildSchema, GraphQLError, type GraphQLScalarType } from 'graphql';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApollo } from '../../src/graphql/apollo.js';
import { ErrorMasking } from '../../src/graphql/error-masking.js';
import { createLogger } from '../../src/platform/logger.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

/** A2b: no value that a client sent comes back in an error, and none is in the log. */

const SECRET = 'hunter2Zq9xWv';
const NUMBER = 739182645091;
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: TEST_SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
  LOG_LEVEL: 'trace',
};

let development: TestService;
let production: TestService;
beforeAll(async () => {
  development = await startService({ env: { NODE_ENV: 'development', LOG_LEVEL: 'trace' } });
  production = await startService({ env: PRODUCTION });
});
afterAll(() => Promise.all([development.close(), production.close()]));

const OPERATIONS = {
  register: {
    type: 'RegisterInput!',
    input: {
      ...{ phoneNumber: '+9779800000000', email: 'a@example.com', firstName: 'Rishi', lastName: 'Khatri' },
      ...{ password: 'SecurePassword123!', passwordConfirm: 'SecurePassword123!', locationId: 7 },
    },
  },
  requestOtp: {
    type: 'RequestOtpInput!',
    input: { phoneNumber: '+9779800000000', purpose: 'SIGN_IN', channel: 'SMS', locale: 'ne' },
  },
  verifyOtp: { type: 'VerifyOtpInput!', input: { phoneNumber: '+9779800000000', otp: '123456' } },
  login: { type: 'LoginInput!', input: { identifier: 'somebody', password: 'SecurePassword123!' } },
} as const;
type OperationName = keyof typeof OPERATIONS;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly messages: readonly string[];
}

async function send(service: TestService, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(service.url + path, init);
  const text = await response.text();
  const { errors = [] } = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, text, messages: errors.map(({ message }: { message: string }) => message) };
}

function post(service: TestService, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  return send(service, '/graphql', { method: 'POST', headers, body: sent });
}

/** Sends a request to both services, and expects the secret in no error and in no line of the log. */
async function expectSecrecy(request: (service: TestService) => Promise<Answer>): Promise<void> {
  for (const service of [development, production]) {
    service.logs.length = 0;
    const answer = await request(service);
    expect(answer.status).toBeLessThan(500);
    for (const text of [answer.text, service.logs.join('')]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(String(NUMBER));
    }
    if (service === production) expect(answer.text).not.toContain('Did you mean');
  }
}

const name = fc.constantFrom(...(Object.keys(OPERATIONS) as OperationName[]));

/** The secret in every form that JSON has. */
const secretJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(SECRET, NUMBER, -NUMBER, NUMBER / 1000, `x at "${SECRET}"`, `; Expected type "${SECRET}".`),
  fc.constantFrom<unknown>([SECRET], [[SECRET]], { [SECRET]: 1 }, { password: SECRET }, { a: { b: { c: SECRET } } }),
  fc.string({ unit: 'binary', maxLength: 6 }).map((around) => around + SECRET + around),
);

const faultyVariables = fc
  .tuple(name, secretJson, fc.nat(), fc.constantFrom('field', 'whole', 'list', 'extra', 'key', 'left out', 'many'))
  .map(([operation, secret, at, fault]) => {
    const { input, type } = OPERATIONS[operation];
    const field = Object.keys(input)[at % Object.keys(input).length] ?? '';
    const others = Object.fromEntries(
      Object.entries(input).map(([key, value]) => [key, key === field ? value : secret]),
    );
    const inputs: Record<typeof fault, unknown> = {
      field: { ...input, [field]: secret },
      whole: secret,
      list: [{ ...input, [field]: secret }],
      extra: { ...input, lastname: secret, [field]: secret },
      key: { ...input, [SECRET]: secret },
      'left out': { ...others, [field]: undefined },
      many: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [SECRET + index, secret])),
    };
    const query = `mutation M($input: ${type}) { ${operation}(input: $input) { ... on UserError { message } } }`;
    return { query, variables: { input: inputs[fault] } };
  });

/** The secret as it stands in documents, well and badly quoted. */
const secretLiteral = fc.constantFrom(
  ...[SECRET, `"${SECRET}"`, `"""${SECRET}"""`, String(NUMBER), `-${NUMBER}.5`, `[${SECRET}]`, `{ ${SECRET}: 1 }`],
  ...[`{ a: "${SECRET}" }`, `[["${SECRET}"]]`, `"${SECRET}`, `"""${SECRET}`, `'${SECRET}'`, `"it"s ${SECRET}"`],
  ...[
    `"\\u${SECRET}"`,
    `"\\${SECRET}"`,
    `0${NUMBER}`,
    `${NUMBER}${SECRET}`,
    `"a" ${SECRET}`,
    `${SECRET}: 1, ${SECRET}: 2`,
  ],
  ...[`"a", ${SECRET}: "${SECRET}", ${SECRET}: ""`, `null ${SECRET}`, `"${SECRET}\n"`, `%${SECRET}`, `..${SECRET}`],
);

const faultyDocument = fc.tuple(name, secretLiteral, fc.nat()).map(([operation, secret, at]) => {
  const { input } = OPERATIONS[operation];
  const fields = Object.entries(input).map(([key, value], index) => {
    const literal = key === 'purpose' || key === 'channel' ? value : JSON.stringify(value);
    return `${key}: ${index === at % Object.keys(input).length ? secret : literal}`;
  });
  const whole = at % 7 === 0 ? `[${secret}]` : `{ ${fields.join(', ')} }`;
  return { query: `mutation M { ${operation}(input: ${whole}) { ... on UserError { message } } }` };
});

describe('a secret in an invalid request comes back in no error and in no line of the log', () => {
  test('at any place of the variables', async () => {
    const property = fc.asyncProperty(faultyVariables, (body) => expectSecrecy((service) => post(service, body)));
    await fc.assert(property, { numRuns: 300 });
  });

  test('at any place of the document where a value may stand', async () => {
    const property = fc.asyncProperty(faultyDocument, (body) => expectSecrecy((service) => post(service, body)));
    await fc.assert(property, { numRuns: 300 });
  });

  test.each([
    ['an argument', { query: `{ cities(first: "${SECRET}") { edges { cursor } } }` }],
    ['a directive', { query: `{ cities @include(if: "${SECRET}") { edges { cursor } } }` }],
    ['a default', { query: `query ($first: Int! = "${SECRET}") { cities(first: $first) { edges { cursor } } }` }],
    ['the operation name', { query: 'query A { me { id } } query B { me { id } }', operationName: SECRET }],
    ['another operation name', { query: 'query A { me { id } }', operationName: SECRET }],
    ['a persisted document', { extensions: { persistedQuery: { version: 1, sha256Hash: SECRET } } }],
    [
      'an object beside a variable',
      {
        query: `mutation M($otp: String!) { verifyOtp(input: { phoneNumber: "${SECRET}", otp: $otp }) { __typename } }`,
      },
    ],
    [
      'an object with a variable that is null',
      {
        query: `mutation M($otp: String) { verifyOtp(input: { phoneNumber: "${SECRET}", otp: $otp }) { __typename } }`,
        variables: { otp: null },
      },
    ],
    ['variables that are text', { query: '{ me { id } }', variables: SECRET }],
    ['variables that are a list', { query: '{ me { id } }', variables: [SECRET] }],
    ['a query that is none', { query: { kind: SECRET } }],
    ['a list of operations', [{ query: SECRET }]],
    ['JSON that breaks off', `{"query":"{ me { id } }","variables":{"password":"${SECRET}`],
    ['JSON without quotes', `{"query":"{ me { id } }","variables":{"password":${SECRET}}}`],
    ['a body that is a word', `"${SECRET}"`],
    ['a prototype', `{"__proto__":{"password":"${SECRET}"}}`],
  ])('in %s', (_place, body) => expectSecrecy((service) => post(service, body)));

  test.each([
    `/graphql?query={me{id}}&variables=${SECRET}`,
    `/graphql?query={me{id}}&variables={"password":"${SECRET}`,
    `/graphql/?query={me{id}}&variables={"password":"${SECRET}"}`,
    `/graphql?query={me(${SECRET}`,
  ])('in the URL %s', (path) =>
    expectSecrecy((service) => send(service, path, { headers: { 'apollo-require-preflight': 'yes' } })),
  );

  test('in a body of another type', () => {
    const headers = { 'content-type': `text/${SECRET}` };
    return expectSecrecy((service) => send(service, '/graphql', { method: 'POST', headers, body: SECRET }));
  });
});

describe('the message still says what to mend', () => {
  const MUTATION = 'mutation M($input: RequestOtpInput!) { requestOtp(input: $input) { __typename } }';
  const phoneNumber = '+9779800000000';

  async function messages(service: TestService, body: object): Promise<readonly string[]> {
    return (await post(service, body)).messages;
  }

  test.each<[input: unknown, inDevelopment: string, inProduction?: string]>([
    [
      {},
      'Variable "$input" got an invalid value at "input": Field "phoneNumber" of required type "String!" was not provided.',
    ],
    [
      { phoneNumber: null },
      'Variable "$input" got an invalid value at "input.phoneNumber": Expected non-nullable type "String!" not to be null.',
    ],
    [{ phoneNumber: 5 }, 'Variable "$input" got an invalid value at "input.phoneNumber": expected type "String!".'],
    ['x', 'Variable "$input" got an invalid value at "input": Expected type "RequestOtpInput" to be an object.'],
    [
      { phoneNumber, purpose: SECRET },
      'Variable "$input" got an invalid value at "input.purpose": expected type "OtpPurpose!". Its values: SIGN_IN, RESET_PASSWORD, CHANGE_PHONE, PROVE_NUMBER.',
      'Variable "$input" got an invalid value at "input.purpose": expected type "OtpPurpose!".',
    ],
    [
      { phoneNumber, phonenumber: SECRET },
      'Variable "$input" got an invalid value at "input": there is a field that type "RequestOtpInput" does not have. Its fields: ',
      'Variable "$input" got an invalid value at "input": there is a field that type "RequestOtpInput" does not have.',
    ],
  ])('about the variable %j', async (input, inDevelopment, inProduction = inDevelopment) => {
    const body = { query: MUTATION, variables: { input } };
    expect((await messages(development, body))[0]).toContain(inDevelopment);
    expect(await messages(production, body)).toEqual([inProduction]);
  });

  test.each<[input: string, message: string]>([
    [
      '{}',
      'Invalid value at "input": Field "RequestOtpInput.phoneNumber" of required type "String!" was not provided.',
    ],
    ['{ phoneNumber: 5 }', 'Invalid value at "input.phoneNumber": expected type "String!".'],
    ['{ phoneNumber: null }', 'Invalid value at "input.phoneNumber": expected type "String!".'],
    ['{ phoneNumber: "", purpose: SIGNIN }', 'Invalid value at "input.purpose": expected type "OtpPurpose!".'],
    [
      '{ phoneNumber: "", purpos: SIGN_IN }',
      'Invalid value at "input": there is a field that type "RequestOtpInput" does not have.',
    ],
    ['5', 'Invalid value at "input": expected type "RequestOtpInput!".'],
    ['{ phoneNumber: "it" "s" }', 'Syntax Error: Expected Name, found String.'],
    ['{ phoneNumber: "it', 'Syntax Error: Unterminated string.'],
    [
      "{ phoneNumber: 'it' }",
      'Syntax Error: Unexpected single quote character (\'), did you mean to use a double quote (")?',
    ],
    ['{ phoneNumber: 5x }', 'Syntax Error: Invalid number.'],
    ['{ phoneNumber: }', 'Syntax Error: Unexpected "}".'],
  ])('about the literal %s', async (input, message) => {
    const body = { query: `mutation { requestOtp(input: ${input}) { __typename } }` };
    expect(await messages(production, body)).toEqual([message]);
  });

  test('about more faults than are listed: the first one, as a fault of the client, not of the service', async () => {
    const input = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`field${index}`, 1]));
    const { status, text } = await post(production, { query: MUTATION, variables: { input } });
    expect(status).toBe(400);
    const { errors } = JSON.parse(text);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0].message).toMatch(
      /^Variable "\$input" got an invalid value at "input": Field "\w+" of required type/,
    );
  });
});

describe('a scalar that quotes the value which it refuses', () => {
  const refusals: Record<string, (value: unknown) => never> = {
    'by an error of GraphQL': (value) => {
      throw new GraphQLError(`Bad value: ${value}`, { extensions: { value, code: 'BAD_VALUE' } });
    },
    'by any other error': (value) => {
      throw new TypeError(`Cannot read ${value}`);
    },
  };

  async function refuse(parse: (value: unknown) => never) {
    const schema = buildSchema('scalar Moment type Query { at(moments: [Moment!]): Int }');
    const scalar = schema.getType('Moment') as GraphQLScalarType;
    scalar.parseValue = parse;
    scalar.parseLiteral = (node) => parse('value' in node ? node.value : node.kind);
    const logs: string[] = [];
    const logger = createLogger('trace', { write: (line: string) => void logs.push(line) });
    const masking = new ErrorMasking(() => false);
    const apollo = await startApollo({ schema, production: true, introspection: false, masking, logger });
    const contextValue = { logger, notes: {}, client: { throughGateway: false } } as never;
    const run = async (query: string, variables = {}) => {
      const { body } = await apollo.executeOperation({ query, variables }, { contextValue });
      return body.kind === 'single' ? body.singleResult.errors : [];
    };
    const errors = [
      await run('query ($moments: [Moment!]) { at(moments: $moments) }', { moments: [SECRET] }),
      await run(`{ at(moments: ["${SECRET}"]) }`),
    ].flat();
    await apollo.stop();
    return { errors, logs };
  }

  test.each(Object.entries(refusals))('%s: neither answer nor log has it', async (_name, parse) => {
    const { errors, logs } = await refuse(parse);
    expect(errors).toMatchObject([
      {
        message: 'Variable "$moments" got an invalid value at "moments[0]": expected type "Moment!".',
        extensions: { code: 'BAD_USER_INPUT' },
      },
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(errors[1]?.message).toMatch(/expected type/);
    expect(JSON.stringify([errors, logs])).not.toContain(SECRET);
    expect(logs.filter((line) => JSON.parse(line).level > 30)).toEqual([]);
  });
});
