import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityTable } from '../../src/cities/city.table.js';
import { codesOf, UPDATE_PROFILE, updateProfile } from '../support/operations/account-operations.js';
import { countOf, form, inParallel, me, register, requestOtp, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { auditOf, errorCode, login, logoutEverywhere, sessionRow } from '../support/operations/session-operations.js';

const ARUSHA = { id: 161_325, name: 'Arusha', countryCode: 'TZ', region: 'Arusha' };
const UPDATED = 'UpdateProfileSuccess';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { FIELD_RATE_LIMIT: '100000' } });
  await service.db.insert(cityTable).values({ ...ARUSHA, population: 416_442, searchName: 'arusha' });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000152${String(serial).padStart(2, '0')}`;
}

/** Somebody who signed up by a code alone. */
async function person() {
  const phoneNumber = nextNumber();
  const { user, tokens } = await signIn(service, phoneNumber);
  return { phoneNumber, id: user.id as string, token: tokens.accessToken as string };
}

async function profileOf(token: string) {
  return (await me(service, token)).body.data.me;
}

describe('somebody who signed up by a code alone', () => {
  test('adds name, username, language and city', async () => {
    const { token } = await person();
    const changes = {
      firstName: ' Rishi ',
      lastName: 'Khatri',
      username: ' rishi.k ',
      locale: 'ne',
      locationId: ARUSHA.id,
    };
    const read = { firstName: 'Rishi', lastName: 'Khatri', username: 'rishi.k', locale: 'ne' };
    const answer = await updateProfile(service, token, changes);
    expect(answer).toMatchObject({ __typename: UPDATED, user: { ...read, location: { id: ARUSHA.id } } });
    expect(await profileOf(token)).toMatchObject({ ...read, location: ARUSHA });
    // It is one of the account's identifiers now: the answer counts against the account, which has no password.
    expect(await login(service, { identifier: 'RISHI.K', password: 'wrong' })).toMatchObject({ attemptsRemaining: 5 });
  });

  test('gets texts in the language that they chose', async () => {
    const { token, phoneNumber } = await person();
    await updateProfile(service, token, { locale: 'DE-at' });
    expect((await profileOf(token)).locale).toBe('de-AT');
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    expect(service.phone.to(phoneNumber).at(-1)?.text).toContain('ist Ihr Bestätigungscode');
  });
});

describe('what is given is changed, and nothing else', () => {
  test('one field at a time; null clears', async () => {
    const { token } = await person();
    await updateProfile(service, token, {
      firstName: 'Rishi',
      lastName: 'Khatri',
      locale: 'ne',
      locationId: ARUSHA.id,
    });
    await updateProfile(service, token, { lastName: 'Rana' });
    expect(await profileOf(token)).toMatchObject({
      firstName: 'Rishi',
      lastName: 'Rana',
      locale: 'ne',
      location: ARUSHA,
    });
    await updateProfile(service, token, { firstName: null, locale: null, locationId: null });
    expect(await profileOf(token)).toMatchObject({ firstName: null, lastName: 'Rana', locale: null, location: null });
  });

  test('two calls at the same moment with different fields: both stay', async () => {
    const { token } = await person();
    const changes = [{ firstName: 'Rishi' }, { lastName: 'Khatri' }, { locale: 'ne' }, { locationId: ARUSHA.id }];
    await Promise.all(changes.map((change) => updateProfile(service, token, change)));
    const together = { firstName: 'Rishi', lastName: 'Khatri', locale: 'ne', location: ARUSHA };
    expect(await profileOf(token)).toMatchObject(together);
  });

  test('no change writes nothing, and is a success', async () => {
    const { token, id } = await person();
    const { user } = await updateProfile(service, token, { firstName: 'Rishi' });
    service.clock.advance(10);
    for (const same of [{}, { firstName: 'Rishi' }, { lastName: null }]) {
      const answer = await updateProfile(service, token, same);
      expect(answer).toMatchObject({ __typename: UPDATED, user: { firstName: 'Rishi', updatedAt: user.updatedAt } });
    }
    expect(await auditOf(service, id)).toHaveLength(1);
  });

  test('it is put on record with who, from where and on which device, and without the new values', async () => {
    const { token, id } = await person();
    await updateProfile(service, token, { firstName: 'Unmistakable', username: 'unmistakable1' });
    const sessionId = String(decodeJwt(token)['sid']);
    const { deviceId } = await sessionRow(service, sessionId);
    const [event] = await auditOf(service, id);
    expect(event).toMatchObject({
      ...{ kind: 'profile_changed', sessionId, deviceId, ipAddress: '127.0.0.1', at: service.clock.now() },
      details: { fields: ['firstName', 'username'] },
    });
    expect(deviceId).not.toBeNull();
    expect(service.logs.join('')).not.toMatch(/unmistakable/i);
  });
});

describe('a profile that will not do', () => {
  const wrong: readonly [changes: Record<string, unknown>, problem: string][] = [
    [{ firstName: '' }, 'firstName: BLANK'],
    [{ lastName: '\u3164' }, 'lastName: BLANK'],
    [{ firstName: 'x'.repeat(151) }, 'firstName: TOO_LONG'],
    [{ lastName: 'a\u202eb' }, 'lastName: INVALID_FORMAT'],
    [{ username: '' }, 'username: BLANK'],
    [{ username: 'ab' }, 'username: TOO_SHORT'],
    [{ username: '12345' }, 'username: INVALID_FORMAT'],
    [{ username: 'somebody@example.com' }, 'username: INVALID_FORMAT'],
    [{ locale: '' }, 'locale: INVALID_FORMAT'],
    [{ locale: 'not a language' }, 'locale: INVALID_FORMAT'],
    [{ locale: 'en_US' }, 'locale: INVALID_FORMAT'],
    [{ locale: `en-${'a'.repeat(60)}` }, 'locale: TOO_LONG'],
    [{ locationId: 7 }, 'locationId: UNKNOWN'],
    [{ locationId: -1 }, 'locationId: UNKNOWN'],
  ];
  test.each(wrong)('%j: %s, and nothing of the form is taken', async (changes, problem) => {
    const { token } = await person();
    const [name = ''] = Object.keys(changes);
    const field = name === 'locationId' ? 'location' : name;
    const answer = await updateProfile(service, token, { firstName: 'Rishi', lastName: 'Khatri', ...changes });
    expect(codesOf(answer)).toEqual([problem]);
    expect(await profileOf(token)).toMatchObject({ firstName: null, lastName: null, [field]: null });
  });

  test('every problem is named at once', async () => {
    const { token } = await person();
    const answer = await updateProfile(service, token, { firstName: ' ', username: 'a b', locale: '?' });
    expect(codesOf(answer)).toEqual(['firstName: BLANK', 'username: INVALID_FORMAT', 'locale: INVALID_FORMAT']);
  });
});

describe('a username that somebody has', () => {
  test('is taken, in any case of its letters; one’s own may change its case', async () => {
    const [owner, other] = [await person(), await person()];
    expect(await updateProfile(service, owner.token, { username: 'Only.One' })).toMatchObject({ __typename: UPDATED });
    for (const username of ['Only.One', 'only.one', 'ONLY.ONE']) {
      expect(codesOf(await updateProfile(service, other.token, { username, locationId: 7 }))).toEqual([
        'username: TAKEN',
        'locationId: UNKNOWN',
      ]);
    }
    expect(await updateProfile(service, owner.token, { username: 'only.one' })).toMatchObject({ __typename: UPDATED });
    expect((await profileOf(owner.token)).username).toBe('only.one');
    await updateProfile(service, owner.token, { username: null });
    expect(await updateProfile(service, other.token, { username: 'Only.One' })).toMatchObject({ __typename: UPDATED });
  });

  test('V5: an account that has verified nothing keeps nobody from a name, and takes none that is reserved', async () => {
    const { token } = await person();
    const { tokens } = await register(service, form({ phoneNumber: nextNumber(), email: 'squatter@example.com' }));
    await updateProfile(service, tokens.accessToken, { username: 'wanted.name' });
    expect(await updateProfile(service, token, { username: 'wanted.name' })).toMatchObject({ __typename: UPDATED });
    await updateProfile(service, tokens.accessToken, { username: null });
    const again = await updateProfile(service, tokens.accessToken, { username: 'Wanted.Name' });
    expect(codesOf(again)).toEqual(['username: TAKEN']);
  });

  test('five people who want one at the same moment: one gets it', async () => {
    const people = [];
    for (let each = 0; each < 5; each += 1) people.push(await person());
    const answers = await Promise.all(
      people.map(({ token }) => updateProfile(service, token, { username: 'the.same' })),
    );
    expect(countOf(answers)).toEqual({ [UPDATED]: 1, InvalidInputError: 4 });
    const losers = answers.filter(({ __typename }) => __typename !== UPDATED);
    for (const loser of losers) expect(codesOf(loser)).toEqual(['username: TAKEN']);
  });

  test('E4: nobody asks on and on which usernames exist', async () => {
    const [owner, curious] = [await person(), await person()];
    await updateProfile(service, owner.token, { username: 'exists.for.sure' });
    const answers = await inParallel(60, () => updateProfile(service, curious.token, { username: 'exists.for.sure' }));
    expect(countOf(answers)).toEqual({ InvalidInputError: 20, TooManyRequestsError: 40 });
    const { retryAfterSeconds } = await updateProfile(service, curious.token, { username: 'exists.for.sure' });
    expect(retryAfterSeconds).toBeGreaterThan(3600);
    expect(retryAfterSeconds).toBeLessThanOrEqual(2 * 86_400);
    expect(await updateProfile(service, curious.token, { username: 'surely.free' })).toMatchObject({
      __typename: 'TooManyRequestsError',
    });
    expect(await updateProfile(service, curious.token, { firstName: 'Curious' })).toMatchObject({
      __typename: UPDATED,
    });
    expect(await updateProfile(service, owner.token, { username: 'exists.no.more' })).toMatchObject({
      __typename: UPDATED,
    });
    service.clock.advance(retryAfterSeconds);
    const { tokens } = await signIn(service, curious.phoneNumber);
    expect(await updateProfile(service, tokens.accessToken, { username: 'surely.free' })).toMatchObject({
      __typename: UPDATED,
    });
  });
});

describe('nobody else changes a profile', () => {
  test('without a session', async () => {
    const { token } = await person();
    const input = { firstName: 'Thief' };
    expect(errorCode(await service.graphql(UPDATE_PROFILE, { input }))).toBe('UNAUTHENTICATED');
    await logoutEverywhere(service, token);
    expect(errorCode(await service.graphql(UPDATE_PROFILE, { input }, { token }))).toBe('UNAUTHENTICATED');
  });

  test('and fields that are not the profile’s do not exist there', async () => {
    const { token } = await person();
    for (const field of ['role', 'id', 'phoneNumber', 'email', 'marketplace', 'hasPassword']) {
      const { body } = await service.graphql(UPDATE_PROFILE, { input: { [field]: 'ADMIN' } }, { token });
      expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
