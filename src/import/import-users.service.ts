import { setTimeout as pause } from 'node:timers/promises';
import { constraintOf, isDatabaseAway, isUndone } from '../database/database-errors.js';
import type { PhoneNumberRules } from '../phone/phone-number.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { type AccountReading, type ImportedAccount, readAccount, type RowProblem } from './account-form.js';
import { canBeOpened, decideRow, keyOf, type RowDecision, type TakenByRows, takenBy } from './decision.js';
import { type FileRow, readRows, rowFields } from './import-file.js';
import type { AccountWrite, BatchWrite, ImportRepository } from './import.repository.js';
import type { ReportLine } from './report-file.js';
import { COUNTED, countDecided, type Decided, emptySummary, type ImportSummary } from './import-summary.js';
import { SeenTexts } from './seen-texts.js';

const BATCH_SIZE = 1000;
/** How often a batch is decided anew because somebody was faster. */
const MOST_TRIES = 10;
/** How long an import waits for a database that is away: a fail-over takes less. */
const WAIT_MS = 250;
const MOST_WAITS = 240;
/** Names of columns that are told because nothing reads them. */
const MOST_UNKNOWN = 10;

export interface ImportCommand {
  readonly file: string;
  readonly dryRun: boolean;
  /** Called after every batch. */
  readonly onProgress: (summary: ImportSummary) => void;
  readonly report: (lines: readonly ReportLine[]) => Promise<void>;
}

export interface ImportParts {
  readonly repository: ImportRepository;
  readonly phoneNumbers: PhoneNumberRules;
  readonly clock: Clock;
  readonly random: Random;
}

const DUPLICATE = {
  field: 'row',
  code: 'DUPLICATE',
  message: 'An earlier row of the file is about the same account.',
} as const;

const NO_WAY_IN = {
  field: 'row',
  code: 'NO_WAY_IN',
  message:
    'No one can sign in to this account. It has no verified phone number, no verified email address, and no password beside an email address or a username.',
} as const;

/** Takes the accounts of a file over: looks, decides and writes, batch by batch. The next batch is read meanwhile. */
export class ImportUsersService {
  readonly #parts: ImportParts;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** An import that was interrupted is begun again: it finds what is there and goes on. */
  async run(command: ImportCommand): Promise<ImportSummary> {
    const summary = emptySummary();
    const run = new ImportRun(this.#parts, command, summary);
    let writing = Promise.resolve();
    // Caught below. A batch that fails while the next one is read must not end the process before.
    const settled = () => writing.catch(() => undefined);
    try {
      for await (const rows of batchesOf(readRows(command.file))) {
        const batch = run.read(rows);
        await writing;
        command.onProgress(summary);
        writing = run.settle(batch);
        void settled();
      }
      await writing;
    } finally {
      await settled();
    }
    return summary;
  }
}

async function* batchesOf(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface ReadBatch {
  readonly rows: number;
  readonly accounts: readonly ImportedAccount[];
  readonly refused: readonly ReportLine[];
}

class ImportRun {
  readonly #parts: ImportParts;
  readonly #command: ImportCommand;
  readonly #summary: ImportSummary;
  readonly #seen = new SeenTexts();
  /** A dry run writes nothing, so what earlier rows would take is remembered here. */
  readonly #takenForShow = new SeenTexts();

  constructor(parts: ImportParts, command: ImportCommand, summary: ImportSummary) {
    this.#parts = parts;
    this.#command = command;
    this.#summary = summary;
  }

  read(rows: readonly FileRow[]): ReadBatch {
    const { phoneNumbers, clock } = this.#parts;
    const now = clock.now();
    const accounts: ImportedAccount[] = [];
    const refused: ReportLine[] = [];
    for (const row of rows) {
      this.#noteUnknown(row);
      const reading = this.#withoutDuplicate(readAccount(row, phoneNumbers, now));
      if (reading.kind === 'account') accounts.push(reading.account);
      else refused.push({ ...named(row.line, reading.externalId), outcome: 'refused', problems: reading.problems });
    }
    // A number that one row has verified is lost to the others, whichever comes first.
    accounts.sort((one, other) => Number(other.phoneVerified) - Number(one.phoneVerified) || one.line - other.line);
    return { rows: rows.length, accounts, refused };
  }

  async settle({ rows, accounts, refused }: ReadBatch): Promise<void> {
    const decided = this.#command.dryRun
      ? await this.#decide(accounts, this.#takenForShow)
      : await this.#write(accounts);
    const lines = decided.map(toLine).filter((line) => line !== null);
    this.#summary.rows += rows;
    this.#summary.refused += refused.length;
    countDecided(this.#summary, decided);
    const told = [...refused, ...lines].sort((one, other) => one.line - other.line);
    this.#summary.reported += told.length;
    await this.#command.report(told);
  }

  #withoutDuplicate(reading: AccountReading): AccountReading {
    if (reading.kind === 'refused') return reading;
    const { account } = reading;
    const key = keyOf(account);
    if (key === null) return reading;
    if (this.#seen.has(key)) {
      return { kind: 'refused', externalId: account.externalId, problems: [...account.problems, DUPLICATE] };
    }
    this.#seen.add(key);
    return reading;
  }

  #noteUnknown(row: FileRow): void {
    const { unknownFields } = this.#summary;
    if (row.kind !== 'row' || unknownFields.size >= MOST_UNKNOWN) return;
    for (const name of Object.keys(row.values)) {
      if (!rowFields.some((field) => field === name)) unknownFields.add(name);
    }
  }

  /** Decides and writes until every row is settled: somebody may sign in, register or import at the same moment. */
  async #write(accounts: readonly ImportedAccount[]): Promise<Decided[]> {
    const settled: Decided[] = [];
    let open = accounts;
    for (let tries = 0; open.length > 0; tries += 1) {
      if (tries === MOST_TRIES) throw new Error('Others were faster ten times.');
      const decided = await this.#decide(open, new Set<string>());
      const written = await this.#writeDecided(decided);
      const isSettled = ({ decision }: Decided, place: number) => !isWrite(decision) || written.has(place);
      settled.push(...decided.filter(isSettled));
      open = decided.filter((each, place) => !isSettled(each, place)).map(({ row }) => row);
    }
    return settled;
  }

  async #decide(
    accounts: readonly ImportedAccount[],
    taken: TakenByRows & { add(name: string): unknown },
  ): Promise<Decided[]> {
    const facts = accounts.length === 0 ? [] : await patiently(() => this.#parts.repository.look(accounts));
    return accounts.map((row, place) => {
      const known = facts[place];
      if (!known) throw new Error('Looking at a row returned nothing.');
      const decision = decideRow(row, known, taken);
      if ('account' in decision) for (const name of takenBy(decision.account)) taken.add(name);
      return { row, decision };
    });
  }

  /** The places of those that were written. */
  async #writeDecided(decided: readonly Decided[]): Promise<ReadonlySet<number>> {
    const { repository, clock, random } = this.#parts;
    const places = new Map<string, number>();
    const writes: { inserts: AccountWrite[]; updates: AccountWrite[] } = { inserts: [], updates: [] };
    for (const [place, { decision }] of decided.entries()) {
      if (!isWrite(decision)) continue;
      const id = decision.kind === 'insert' ? random.rowId(clock) : decision.id;
      writes[decision.kind === 'insert' ? 'inserts' : 'updates'].push({ id, account: decision.account });
      places.set(id, place);
    }
    if (places.size === 0) return new Set();
    const written = await writtenOf(repository, { ...writes, now: clock.now() });
    return new Set([...written].map((id) => places.get(id) ?? -1));
  }
}

/** None, where somebody took a name or had a row locked at the same moment: then nothing is written. */
async function writtenOf(repository: ImportRepository, batch: BatchWrite): Promise<ReadonlySet<string>> {
  try {
    return await patiently(() => repository.write(batch));
  } catch (error) {
    if (isUndone(error) || constraintOf(error) !== null) return new Set();
    throw error;
  }
}

/**
 * Work that may be done twice, if the first answer was lost: accounts that a lost write has made are found, and counted
 * as there already.
 */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if (isUndone(error) || !isDatabaseAway(error) || waits === MOST_WAITS) throw error;
    }
    await pause(WAIT_MS);
  }
}

function isWrite(decision: RowDecision): decision is RowDecision & { readonly kind: 'insert' | 'update' } {
  return decision.kind === 'insert' || decision.kind === 'update';
}

/** Null: there is nothing to tell. */
function toLine({ row, decision }: Decided): ReportLine | null {
  const problems = 'account' in decision ? problemsOf(decision.account) : decision.problems;
  if (problems.length === 0) return null;
  return { ...named(row.line, row.externalId), outcome: COUNTED[decision.kind], problems };
}

function problemsOf(account: ImportedAccount): readonly RowProblem[] {
  return canBeOpened(account) ? account.problems : [...account.problems, NO_WAY_IN];
}

function named(line: number, externalId: string | null) {
  return externalId === null ? { line } : { line, externalId };
}
