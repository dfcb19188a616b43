/** A day in UTC: 2026-11-29. */
export type UtcDay = string;

const DAY_MS = 86_400_000;

export function dayOf(time: Date): UtcDay {
  return time.toISOString().slice(0, 10);
}

export function startOf(day: UtcDay): Date {
  return new Date(`${day}T00:00:00Z`);
}

export function daysAfter(day: UtcDay, days: number): UtcDay {
  return dayOf(new Date(startOf(day).getTime() + days * DAY_MS));
}
