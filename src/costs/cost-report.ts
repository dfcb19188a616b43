import type { Paid } from './sent.js';

export const groupings = ['country', 'provider', 'channel'] as const;
export type Grouping = (typeof groupings)[number];

export interface CostLine {
  /** By the groupings that were asked for. */
  readonly of: Readonly<Partial<Record<Grouping, string>>>;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  readonly verified: number;
  readonly priced: number;
  readonly money: number;
  /** Null: no number was verified. */
  readonly moneyPerVerified: number | null;
}

export interface CostReport {
  /** The dearest first. */
  readonly lines: readonly CostLine[];
  readonly total: CostLine;
}

export function costReport(paid: readonly Paid[], by: readonly Grouping[]): CostReport {
  const groups = new Map<string, Paid[]>();
  for (const each of paid) {
    const key = by.map((grouping) => each[grouping]).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const lines = [...groups.values()].map((group) => lineOf(group, by));
  return { lines: lines.sort((a, b) => b.money - a.money || b.sent - a.sent), total: lineOf(paid, []) };
}

function lineOf(group: readonly Paid[], by: readonly Grouping[]): CostLine {
  const sumOf = (figure: 'sent' | 'delivered' | 'failed' | 'verified' | 'priced' | 'money') =>
    group.reduce((sum, each) => sum + each[figure], 0);
  const [verified, money] = [sumOf('verified'), sumOf('money')];
  return {
    of: Object.fromEntries(by.map((grouping) => [grouping, group[0]?.[grouping] ?? ''])),
    ...{ sent: sumOf('sent'), delivered: sumOf('delivered'), failed: sumOf('failed'), verified },
    ...{ priced: sumOf('priced'), money, moneyPerVerified: verified > 0 ? money / verified : null },
  };
}

/** The report as a table for people. */
export function costTable({ lines, total }: CostReport, by: readonly Grouping[], currency: string): string {
  const head = [...by, 'sent', 'delivered', 'failed', 'verified', currency, `${currency}/verified`];
  const rows = [...lines, total].map((line) => [
    ...by.map((grouping) => line.of[grouping] ?? ''),
    ...[line.sent, line.delivered, line.failed, line.verified].map((count) => count.toLocaleString('en')),
    line.money.toFixed(2),
    line.moneyPerVerified === null ? '–' : line.moneyPerVerified.toFixed(3),
  ]);
  const last = rows.at(-1);
  if (last && by.length > 0) last[0] = 'all';
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column < by.length ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return [head, ...rows].map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
