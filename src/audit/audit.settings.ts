import { number, type SettingValues, setting } from '../platform/setting.js';

const MOST_DAYS = 36_500;

export const auditSettings = {
  AUDIT_RETENTION: setting(number(365, 1, MOST_DAYS), '365', 'Days for which the audit trail keeps an event.'),
} as const;

export interface AuditConfig {
  /** Days. */
  readonly auditRetention: number;
}

export function readAudit(values: SettingValues<typeof auditSettings>): AuditConfig {
  return { auditRetention: values.AUDIT_RETENTION };
}
