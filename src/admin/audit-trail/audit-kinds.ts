import type { AuditKind } from '../../audit/audit-event.table.js';

/** Kinds as the API names them. Some were stored under other names, and some under several. */
const STORED = {
  REGISTERED: ['registered'],
  SIGNED_IN: ['signed_in', 'account_opened_by_further_proof', 'account_claimed_back'],
  SIGN_IN_FAILED: ['sign_in_failed'],
  LOCKED: ['locked'],
  SESSION_ENDED: ['sessions_ended'],
  REFRESH_TOKEN_REUSED: ['refresh_token_reused'],
  REAUTHENTICATED: ['reauthenticated'],
  NUMBER_PROVED: ['number_proved'],
  PHONE_VERIFIED: ['phone_verified'],
  PHONE_CHANGED: ['phone_changed'],
  PHONE_MOVED: ['number_moved_to_new_account'],
  CHANGE_REVERTED: ['phone_change_reverted'],
  EMAIL_VERIFIED: ['email_verified'],
  PASSWORD_CHANGED: ['password_changed'],
  PASSWORD_RESET: ['password_reset'],
  PASSWORD_REMOVED: ['password_removed'],
  PASSKEY_ADDED: ['passkey_added'],
  PASSKEY_RENAMED: ['passkey_renamed'],
  PASSKEY_REMOVED: ['passkey_removed'],
  PASSKEY_CLONED: ['passkey_cloned'],
  PROFILE_UPDATED: ['profile_changed'],
  DATA_EXPORTED: ['data_exported'],
  DELETION_REQUESTED: ['deletion_requested'],
  DELETION_CANCELLED: ['deletion_cancelled'],
  USER_DELETED: ['account_deleted'],
  ROLE_CHANGED: ['role_changed'],
  USER_UPDATED: ['user_updated'],
  USER_LOCKED: ['user_locked'],
  USER_UNLOCKED: ['user_unlocked'],
  LIMITS_CLEARED: ['limits_cleared'],
  DESTINATION_BLOCKED: ['destination_blocked'],
  DESTINATION_UNBLOCKED: ['destination_unblocked'],
  SENDS_PAUSED: ['sends_paused'],
  PAUSE_LIFTED: ['pause_lifted'],
  USERS_IMPORTED: ['users_imported'],
  SIGNING_KEY_ROTATED: ['signing_key_rotated'],
} as const satisfies Readonly<Record<string, readonly AuditKind[]>>;

export type ShownKind = keyof typeof STORED;
export const shownKinds = Object.keys(STORED) as ShownKind[];

const shown = new Map<AuditKind, ShownKind>(shownKinds.flatMap((kind) => STORED[kind].map((each) => [each, kind])));

export function storedKinds(kinds: readonly ShownKind[]): readonly AuditKind[] {
  return [...new Set(kinds)].flatMap((kind) => STORED[kind]);
}

export function shownKind(kind: AuditKind): ShownKind {
  const found = shown.get(kind);
  if (found === undefined) throw new Error(`The API has no name for the audit kind ${kind}.`);
  return found;
}
