import { signIn } from './operations.js';
import type { TestService } from '../service.js';
import { setRole } from '../sleepers.js';

/** Somebody who is signed in with a role. */
export interface Staff {
  readonly id: string;
  readonly token: string;
  readonly phoneNumber: string;
}

/** The role is given after the sign-in, as the last of the proofs that it needs are not what most tests are about. */
export async function signInAs(
  service: TestService,
  role: 'USER' | 'SUPPORT' | 'ADMIN',
  phoneNumber: string,
): Promise<Staff> {
  const { user, tokens } = await signIn(service, phoneNumber);
  if (role !== 'USER') await setRole(service, user.id, role);
  return { id: user.id, token: tokens.accessToken, phoneNumber };
}
