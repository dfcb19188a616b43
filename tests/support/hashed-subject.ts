import { appSecret } from '../../src/platform/app-secret.js';
import { type SubjectHash, subjectHash } from '../../src/platform/subject-hash.js';
import { TEST_SECRET } from './service.js';

export const TEST_SECRETS = { current: appSecret(TEST_SECRET), previous: null };

/** How limits name a phone number or an email address. */
export function hashOf(subject: string): SubjectHash {
  return subjectHash(TEST_SECRETS, subject);
}
