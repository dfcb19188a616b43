import { sql } from 'drizzle-orm';
import type { OutgoingMessage } from '../../src/providers/message-sender.js';
import { form, obtainCode } from './operations/operations.js';
import type { TestService } from './service.js';
import { registered } from './operations/session-operations.js';

/** Owners of accounts, and what they are told. */

export interface Owner {
  readonly id: string;
  readonly phoneNumber: string;
  readonly email: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly deviceToken: string;
}

const PASSWORD = 'SecurePassword123!';

/**
 * Somebody with a verified number, a password and, unless told otherwise, a verified email address: signed in just now, on a
 * device that the account has known for long.
 */
export async function owner(
  service: TestService,
  given: { phoneNumber: string; locale?: string; verifiedEmail?: boolean },
): Promise<Owner> {
  const { phoneNumber, locale, verifiedEmail = true } = given;
  const username = `owner${phoneNumber.slice(1)}`;
  const email = `${username}@example.com`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const fields = form({
    phoneNumber,
    username,
    email,
    password: PASSWORD,
    passwordConfirm: PASSWORD,
    verificationCode,
  });
  const { user, tokens, deviceToken } = await registered(service, fields);
  await service.db.execute(sql`
    UPDATE users SET locale = ${locale ?? 'en'}, email_verified_at = CASE WHEN ${verifiedEmail} THEN phone_verified_at END
    WHERE id = ${user.id}`);
  await service.db.execute(sql`
    UPDATE sessions SET device_known_since = created_at - interval '30 days' WHERE user_id = ${user.id}`);
  await service.db.execute(sql`
    UPDATE devices SET first_signed_in_at = first_signed_in_at - interval '30 days' WHERE user_id = ${user.id}`);
  service.clock.advance(1);
  return { id: user.id, phoneNumber, email, username, password: PASSWORD, token: tokens.accessToken, deviceToken };
}

/** Waits until the notices under way are sent. */
export async function settleNotices({ background }: Pick<TestService, 'background'>): Promise<void> {
  await background.notices.drain();
  await background.outbox.drain();
}

/** The notices that arrived somewhere, in order. */
export function noticesTo({ phone }: Pick<TestService, 'phone'>, to: string): OutgoingMessage[] {
  return phone.to(to).filter(({ notice }) => notice !== undefined);
}
