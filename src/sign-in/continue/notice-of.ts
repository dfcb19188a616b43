import type { Origin } from '../../audit/origin.js';
import type { Notice } from '../../notices/notice.js';
import { newDeviceNotice } from '../new-device-notice.js';
import type { WaitingSignIn } from '../opening/continuation.repository.js';

/** What the owner of an account is told when a sign-in that waited goes on. */
export function noticeOf({ newPasswordHash }: WaitingSignIn, client: Origin): Notice {
  const notice = newDeviceNotice(client);
  return newPasswordHash === null ? notice : { ...notice, kind: 'password_reset' };
}
