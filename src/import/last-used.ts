import { type FieldProblem, invalidFormat } from '../platform/field-problems.js';

const HOUR_MS = 3_600_000;
/** Clocks of machines may differ by that much. */
const SKEW_MS = 300_000;
/** A day, or a day and a time with its zone, as ISO 8601 and databases write it. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?\s?(Z|[+-]\d{2}(?::?\d{2})?))?$/i;
/** Seconds or milliseconds since 1970. */
const EPOCH = /^\d{1,10}$|^\d{12,13}$/;

const UNREADABLE = invalidFormat(
  'Write when the account was last used: ISO 8601 with its zone (2026-01-31T12:00:00Z), or the seconds or milliseconds since 1970.',
);
const TO_COME = invalidFormat('This time is in the future.');

export type LastUsedReading = { readonly at: Date } | { readonly problem: FieldProblem };

/**
 * When an account was last used in the old system. A time within the last hour becomes an hour ago: accounts that were used
 * here, or came without a time, have a later one, and so an import can tell them apart (`isUnused`).
 */
export function readLastUsed(typed: string, now: Date): LastUsedReading {
  const at = readTime(typed);
  if (at === null) return { problem: UNREADABLE };
  if (at > now.getTime() + SKEW_MS) return { problem: TO_COME };
  return { at: new Date(Math.min(at, now.getTime() - HOUR_MS)) };
}

function readTime(typed: string): number | null {
  if (EPOCH.test(typed)) return Number(typed) * (typed.length > 10 ? 1 : 1_000);
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = ISO.exec(typed) ?? [];
  if (day === undefined) return null;
  const milliseconds = fraction === '' ? '' : fraction.slice(0, 4);
  const at = Date.parse(`${day}T${time}${milliseconds}${zoneOf(zone)}`);
  // JavaScript reads the 31st of February as a day in March.
  const exists = new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(-2));
  return Number.isNaN(at) || !exists ? null : at;
}

/** As JavaScript reads it: databases write +00 and +0545, too. */
function zoneOf(zone: string): string {
  if (/^z$/i.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** Whether an account was not used since its import: its last use is the import itself, or from the old system. */
export function isUnused({
  lastUsedAt,
  importedAt,
}: {
  readonly lastUsedAt: Date;
  readonly importedAt: Date;
}): boolean {
  const since = importedAt.getTime() - lastUsedAt.getTime();
  return since === 0 || since >= HOUR_MS;
}
