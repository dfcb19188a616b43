/** Megabytes of one process. */
export interface Memory {
  /** What the system has given it. V8 and the allocator keep more of it than is in use. */
  readonly resident: number;
  /** What the program holds: objects that a full garbage collection leaves, and buffers. A leak shows here first. */
  readonly live: number;
}

export interface TableSize {
  readonly name: string;
  readonly rows: number;
  /** More rows would mean that something is not removed. */
  readonly most: number;
}

/** What was measured at the end of one minute. */
export interface Minute {
  /** Of each process. */
  readonly memory: readonly Memory[];
  readonly tables: readonly TableSize[];
}

/** How much the median of the last third of a run may be above that of the second one. The first third warms up. */
const MOST_GROWTH = { live: 1.03, resident: 1.06 } as const;
const KINDS = ['live', 'resident'] as const;

/** One line for each thing that is not flat. A run of less than three minutes has no thirds: only its tables count. */
export function notFlat(minutes: readonly Minute[]): string[] {
  return [...growingMemory(minutes), ...largeTables(minutes)];
}

/** The last third to the second one, for each process. Empty: the run was too short. */
export function growth(minutes: readonly Minute[], kind: keyof Memory): number[] {
  const third = Math.floor(minutes.length / 3);
  const [middle, last] = [minutes.slice(third, 2 * third), minutes.slice(2 * third)];
  if (third === 0) return [];
  const of = (some: readonly Minute[], process: number) =>
    median(some.map(({ memory }) => memory[process]?.[kind] ?? Number.NaN));
  return (minutes[0]?.memory ?? []).map((_, process) => of(last, process) / of(middle, process));
}

function growingMemory(minutes: readonly Minute[]): string[] {
  return KINDS.flatMap((kind) =>
    growth(minutes, kind).flatMap((grown, process) =>
      grown <= MOST_GROWTH[kind]
        ? []
        : [`${kind} memory of process ${process + 1} grows: ${grown.toFixed(2)} times, at most ${MOST_GROWTH[kind]}`],
    ),
  );
}

function largeTables(minutes: readonly Minute[]): string[] {
  const tables = minutes.flatMap((minute) => minute.tables).filter(({ rows, most }) => rows > most);
  const largest = new Map<string, TableSize>();
  for (const table of tables) if (table.rows > (largest.get(table.name)?.rows ?? 0)) largest.set(table.name, table);
  return [...largest.values()].map(({ name, rows, most }) => `${name} has ${rows} rows, at most ${most}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
