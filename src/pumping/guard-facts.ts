import { type SQL, sql } from 'drizzle-orm';
import type { GuardFacts } from './guarded-send.js';
import { holds } from './send-pause.repository.js';

/** What `guardRows` returns. */
export interface GuardRows {
  readonly counters: readonly {
    readonly key: string;
    readonly at: string;
    readonly half_life: number;
    readonly send_window: number;
    readonly sent: number;
    readonly proved: number;
    readonly pending: number;
    readonly score: number;
    readonly lives: number;
    readonly since: string | null;
  }[];
  readonly pauses: readonly { readonly key: string; readonly paused_until: string }[];
}

/** A subquery: the counters of `keys` (an array of text), and the pauses that hold at `now`, as one JSON value. */
export function guardRows({ keys, now }: { keys: SQL; now: SQL }): SQL {
  return sql`jsonb_build_object(
      'counters', (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM proof_counters p WHERE p.key = ANY(${keys})),
      'pauses', (
        SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM send_pauses s WHERE s.key = ANY(${keys}) AND ${holds(sql`s`, now)}))`;
}

export function readGuardFacts({ counters, pauses }: GuardRows): GuardFacts {
  return {
    counters: new Map(
      counters.map(({ key, at, since, half_life: halfLife, send_window: window, ...values }) => {
        return [key, { ...values, at: new Date(at), since: since === null ? null : new Date(since), halfLife, window }];
      }),
    ),
    pauses: new Map(pauses.map(({ key, paused_until }) => [key, new Date(paused_until)])),
  };
}
