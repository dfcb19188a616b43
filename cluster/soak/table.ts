import type { Memory, TableSize } from '../flatness.js';
import { GROUPS } from './documents.js';
import type { MinuteOfCalls } from './tally.js';

/** All that one line of the table tells. */
export interface SoakMinute {
  readonly minute: number;
  readonly done: readonly string[];
  readonly calls: MinuteOfCalls;
  /** Of each process. Null: it was down. */
  readonly memory: readonly (Memory | null)[];
  readonly tables: readonly TableSize[];
  /** Load average. */
  readonly load: number;
}

const SHOWN_TABLES = ['users', 'sessions', 'messages', 'otp_challenges', 'audit_events', 'events'];

/** The lines above the minutes. It is Markdown, so that it can go into a document. */
export function headOfTable(processes: number): string {
  const names = [
    'minute',
    'what was done',
    'answers',
    'no answer',
    ...GROUPS.map((group) => `${group} ms`),
    ...Array.from({ length: processes }, (_, index) => `s${index + 1} MB`),
    ...SHOWN_TABLES,
    'load',
  ];
  return `${row(names)}\n${row(names.map((name) => (name === 'what was done' ? '---' : '---:')))}`;
}

/** Latencies are p50 / p99. Memory is resident, and in brackets what a full garbage collection leaves. */
export function rowOfTable({ minute, done, calls, memory, tables, load }: SoakMinute): string {
  const failures = Object.entries(calls.failures).map(([reason, count]) => `${count} × ${reason}`);
  const latencies = GROUPS.map((group) => {
    const latency = calls.latencies[group];
    return latency ? `${latency.p50} / ${latency.p99}` : '–';
  });
  const rows = SHOWN_TABLES.map((name) => String(tables.find((table) => table.name === name)?.rows ?? '–'));
  const shownMemory = memory.map((each) => (each ? `${each.resident.toFixed(0)} (${each.live.toFixed(0)})` : 'down'));
  return row([
    String(minute),
    done.join(', '),
    String(calls.answers),
    failures.join(', ') || '0',
    ...latencies,
    ...shownMemory,
    ...rows,
    load.toFixed(1),
  ]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
