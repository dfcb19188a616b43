import type { Notice } from '../notices/notice.js';
import type { ClientTrace } from '../sessions/session.service.js';

/** Tells the owner that somebody signed in on a device that the account did not know. */
export function newDeviceNotice({ userAgent }: ClientTrace): Notice {
  return { kind: 'new_device', details: { device: userAgent } };
}
