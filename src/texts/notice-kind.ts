/** What an account's owner is told of, so that they can act if it was not them. */
export const noticeKinds = [
  'new_device',
  'password_changed',
  'password_removed',
  'password_reset',
  'email_changed',
  'phone_changed',
  'phone_change_reverted',
  'account_locked',
  'deletion_requested',
  'passkey_added',
  'passkey_removed',
  'passkey_cloned',
  'passkey_missing',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];
