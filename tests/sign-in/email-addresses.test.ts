import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, obtainCode, problemsOf, register } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** A person registers with the email address that they have, as browsers take it in an input of the type email. */

const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { __typename } }`;

let service: TestService;
let serial = 100;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function registerWith(email: string) {
  serial += 1;
  const username = `someone_${serial}`;
  return register(service, form({ email, username, phoneNumber: `+9779800067${serial}` }));
}

async function login(identifier: string) {
  const input = { identifier, password: 'SecurePassword123!' };
  const { body } = await service.graphql(LOGIN, { input });
  return body.data.login.__typename;
}

test.each([
  ['a domain in Cyrillic', 'olga@почта.рф', 'olga@xn--80a1acny.xn--p1ai'],
  ['a domain in Devanagari', 'asha@उदाहरण.नेपाल', 'asha@xn--p1b6ci4b4b3a.xn--l2bey1c2b'],
  ['a domain in punycode', 'jo@xn--80a1acny.xn--p1ai', 'jo@xn--80a1acny.xn--p1ai'],
  ['letters with dots in an old domain', 'jo@bücher.example', 'jo@xn--bcher-kva.example'],
  ['an ideographic full stop', 'li@例え。テスト', 'li@xn--r8jz45g.xn--zckzah'],
  ['capitals in another script', 'ivan@ПОЧТА.РФ', 'ivan@xn--80a1acny.xn--p1ai'],
  ['marks before the @', "o'brien+x/y=z!#$%&*?^_`{|}~@example.com", "o'brien+x/y=z!#$%&*?^_`{|}~@example.com"],
  ['a top-level domain with digits', 'jo@example.xn--90ais', 'jo@example.xn--90ais'],
  ['a domain of one letter', 'jo@x.y', 'jo@x.y'],
  ['dots where some operators have them', 'jo..doe.@docomo.example', 'jo..doe.@docomo.example'],
  ['capitals as they were typed', 'Jo.Doe@Example.org', 'Jo.Doe@Example.org'],
])('with %s', async (_name, email, kept) => {
  expect(await registerWith(email)).toMatchObject({ __typename: 'RegisterSuccess', user: { email: kept } });
});

test.each([
  'jo@почта',
  'jo@поч та.рф',
  'jo@почта..рф',
  'jo@%65xample.com',
  'jo@１２７.０.０.１',
  'jo@127.0.0.1',
  'jo@[127.0.0.1]',
  'jo@example.com:25',
  'jo@example.com/почта',
  'jo@exam\u00adple.com',
  'ольга@почта.рф',
  'jo,doe@почта.рф',
  '"jo"@почта.рф',
  `jo@${'п'.repeat(64)}.рф`,
  `jo@${'почта.'.repeat(40)}рф`,
])('but not with %j', async (email) => {
  expect(problemsOf(await registerWith(email))).toMatchObject({ email: 'Enter a valid email address.' });
});

test('both spellings of a domain are one address: for the next registration, and to sign in with', async () => {
  const phoneNumber = '+9779800067099';
  const verificationCode = await obtainCode(service, phoneNumber);
  const rita = form({ email: 'rita@пример.рф', username: 'rita', phoneNumber, verificationCode });
  expect(await register(service, rita)).toMatchObject({ __typename: 'RegisterSuccess' });
  const again = await registerWith('Rita@xn--e1afmkfd.xn--p1ai');
  expect(Object.keys(problemsOf(again))).toEqual(['email']);
  for (const identifier of ['rita@пример.рф', 'RITA@ПРИМЕР.РФ', 'rita@xn--e1afmkfd.xn--p1ai', ' rita@пример。рф '])
    expect(await login(identifier)).toBe('LoginSuccess');
});
