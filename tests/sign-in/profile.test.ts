import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityTable } from '../../src/cities/city.table.js';
import { form, me, register, signIn } from '../support/operations/operations.js';
import { signInOn } from '../support/devices.js';
import { startService, type TestService } from '../support/service.js';

const ARUSHA = { id: 161_325, name: 'Arusha', countryCode: 'TZ', region: 'Arusha' };

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.db.insert(cityTable).values({ ...ARUSHA, population: 416_442, searchName: 'arusha' });
});
afterAll(() => service.close());

describe('what a user sees of themselves', () => {
  test('who signed up by a code alone has a proved number, and nothing that nobody told', async () => {
    const now = service.clock.now().toISOString();
    const { user, tokens, newMember } = await signIn(service, '+255679190730');
    expect(newMember).toBe(true);
    expect(user).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      phoneNumber: '+255679190730',
      phoneVerified: true,
      email: null,
      emailVerified: false,
      username: null,
      firstName: null,
      lastName: null,
      locale: null,
      hasPassword: false,
      role: 'USER',
      createdAt: now,
      updatedAt: now,
      location: null,
      marketplace: { hasAccess: false, businessType: null, shopId: null, b2bVerified: false },
    });
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(user);
  });

  test('who registered sees what they typed, spaces around it left out', async () => {
    const typed = {
      email: ' Mixed.Case@Example.com ',
      firstName: ' Asha ',
      lastName: ' Juma',
      username: ' Asha.Juma ',
    };
    const input = form({ phoneNumber: '+255 679 190 731', locationId: ARUSHA.id, ...typed });
    const { user, tokens } = await register(service, input);
    expect(user).toMatchObject({
      phoneNumber: '+255679190731',
      phoneVerified: false,
      email: 'Mixed.Case@Example.com',
      emailVerified: false,
      firstName: 'Asha',
      lastName: 'Juma',
      username: 'Asha.Juma',
      hasPassword: true,
      location: ARUSHA,
    });
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(user);
  });

  test('a cache that keeps objects by type and id has one marketplace profile for each user', async () => {
    const { user, tokens } = await signIn(service, '+255679190739');
    const { body } = await service.graphql('{ me { marketplace { id } } }', {}, { token: tokens.accessToken });
    expect(body.data.me.marketplace).toEqual({ id: user.id });
  });

  test('what an operator changes is there with the next look, and in the next token', async () => {
    const { user, tokens, deviceToken } = await signIn(service, '+255679190732');
    await service.db.execute(sql`UPDATE users SET role = 'ADMIN', marketplace_access = true, business_type = 'retail',
      shop_id = '42', b2b_verified = true, location_id = ${ARUSHA.id} WHERE id = ${user.id}`);
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual({
      ...user,
      role: 'ADMIN',
      location: ARUSHA,
      marketplace: { hasAccess: true, businessType: 'retail', shopId: '42', b2bVerified: true },
    });
    service.clock.advance(60);
    // A role does not open by a code alone on a device that the account does not know.
    const again = await signInOn(service, '+255679190732', deviceToken);
    expect(decodeJwt(again.accessToken)).toMatchObject({ role: 'ADMIN', sub: user.id });
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ role: 'USER', sub: user.id });
  });

  test('nobody sees anybody else', async () => {
    const [first, second] = [await signIn(service, '+255679190733'), await signIn(service, '+255679190734')];
    expect((await me(service, first.tokens.accessToken)).body.data.me.id).toBe(first.user.id);
    expect((await me(service, second.tokens.accessToken)).body.data.me.id).toBe(second.user.id);
    expect(first.user.id).not.toBe(second.user.id);
  });

  test('each sign-in is a session of its own, and notes from where it came', async () => {
    const headers = { 'user-agent': 'Phone/1.0 (test)' };
    const { user } = await register(service, form({ phoneNumber: '+255679190735', email: 's@example.com' }), {
      headers,
    });
    const rows = await service.db.execute(
      sql`SELECT ip_address, user_agent, authentication_methods FROM sessions WHERE user_id = ${user.id}`,
    );
    expect([...rows]).toEqual([
      { ip_address: '127.0.0.1', user_agent: 'Phone/1.0 (test)', authentication_methods: ['pwd'] },
    ]);
  });
});
