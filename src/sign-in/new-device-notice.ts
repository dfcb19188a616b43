import type { Notice } from '../notices/notice.js';
import type { Origin } from '../audit/origin.js';

/** Tells the owner that somebody signed in on a device that the account did not know. */
export function newDeviceNotice({ userAgent }: Origin): Notice {
  return { kind: 'new_device', details: { device: userAgent } };
}
