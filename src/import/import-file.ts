import { open } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { closestName, lettersOf } from '../platform/names/closest-name.js';
import { readLines } from '../platform/read-lines.js';

/** What a row may hold. */
export const rowFields = [
  'externalId',
  'phoneNumber',
  'phoneVerified',
  'email',
  'emailVerified',
  'username',
  'firstName',
  'lastName',
  'passwordHash',
  'lastUsedAt',
] as const;
export type RowField = (typeof rowFields)[number];

/** A row as the file has it. */
export type FileRow =
  | { readonly kind: 'row'; readonly line: number; readonly values: Readonly<Record<string, unknown>> }
  /** `reason`: one sentence. */
  | { readonly kind: 'unreadable'; readonly line: number; readonly reason: string };

/** A file that cannot be read on. The message is for whoever named it. */
export class UnusableFile extends Error {}

const LONGEST_ROW = 64 * 1024;
/** Separators that programs write in place of commas. */
const OTHER_SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const;
/** Letters of a name that is cut off: `phone` means phoneNumber, and `id` may mean anything. */
const LEAST_LETTERS = 5;

/** The rows of a file of any size, one by one, in memory that does not grow with it. The first character tells the format. */
export async function* readRows(path: string): AsyncGenerator<FileRow> {
  yield* (await beginsLikeJson(path)) ? readJsonLines(path) : readCsv(path);
}

async function beginsLikeJson(path: string): Promise<boolean> {
  const file = await open(path).catch((error) => {
    throw new UnusableFile(`${path} cannot be read: ${String(error.code)}.`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const begin = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    if (begin.startsWith('[')) {
      throw new UnusableFile(`${path} is one JSON list. Write one object a line (NDJSON): jq -c '.[]' ${path}`);
    }
    if (begin.startsWith('{')) return true;
    requireCommas(path, begin.split(/[\r\n]/, 1)[0] ?? '');
    return false;
  } catch (error) {
    if (error instanceof UnusableFile) throw error;
    throw new UnusableFile(`${path} cannot be read: it is a folder, or it went away.`);
  } finally {
    await file.close();
  }
}

/** Before the rows are read: with another separator, the first fault that the parser finds is in the quotes of a cell. */
function requireCommas(path: string, header: string): void {
  for (const [separator, name] of OTHER_SEPARATORS) {
    const cells = header.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (cells.length > 1 && cells.some(isRowField)) {
      throw new UnusableFile(`${path} has ${name} between its cells. Save it with commas (RFC 4180).`);
    }
  }
}

function isRowField(name: string): name is RowField {
  return rowFields.some((field) => field === name);
}

/**
 * A field that is named almost right would be passed over, and the accounts would come in without it.
 * @throws UnusableFile
 */
function requireKnownNames(path: string, names: readonly string[]): void {
  for (const name of names) {
    const meant = isRowField(name) ? undefined : meantBy(name);
    if (meant === undefined || names.includes(meant)) continue;
    throw new UnusableFile(`${path} has a field "${name}". Call it ${meant}, or leave it out if it is something else.`);
  }
}

function meantBy(name: string): string | undefined {
  const letters = lettersOf(name);
  const whole = rowFields.find((field) => letters.length >= LEAST_LETTERS && lettersOf(field).startsWith(letters));
  // Other fields are called almost the same: a surname is no username.
  return closestName(name, rowFields, 1) ?? whole;
}

async function* readJsonLines(path: string): AsyncGenerator<FileRow> {
  let begun = false;
  for await (const { number: line, text } of readLines(path)) {
    if (text === null) {
      yield { kind: 'unreadable', line, reason: 'The line is not UTF-8 text or longer than 64 KiB.' };
      continue;
    }
    const bare = text.replace(/^\ufeff/, '').trim();
    if (bare === '') continue;
    const values = objectIn(bare);
    // Later rows may leave out what is empty in them, and end no import that has begun.
    if (values && !begun) requireKnownNames(path, Object.keys(values));
    begun ||= values !== null;
    yield values
      ? { kind: 'row', line, values }
      : { kind: 'unreadable', line, reason: 'The line is no JSON object. Each row must be on one line.' };
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** RFC 4180, with a header. */
async function* readCsv(path: string): AsyncGenerator<FileRow> {
  const parser = createReadStream(path).pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: LONGEST_ROW }),
  );
  let header: readonly string[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      if (header) yield csvRow(header, record, info.lines);
      else header = readHeader(path, record);
    }
  } catch (error) {
    if (error instanceof UnusableFile) throw error;
    const lines = error instanceof Error && 'lines' in error ? ` near line ${String(error.lines)}` : '';
    throw new UnusableFile(`${path} is no CSV file (RFC 4180)${lines}: check the quotes there.`);
  }
}

function readHeader(path: string, record: readonly string[]): readonly string[] {
  const header = record.map((name) => name.trim());
  requireKnownNames(path, header);
  if (header.some((name) => ['externalId', 'phoneNumber', 'email', 'username'].includes(name))) return header;
  throw new UnusableFile(
    `${path} begins with no header. Write a first line with commas between the names: ${rowFields.join(',')}`,
  );
}

function csvRow(header: readonly string[], record: readonly string[], line: number): FileRow {
  if (record.length !== header.length) {
    return { kind: 'unreadable', line, reason: `The row has ${record.length} cells, and the header ${header.length}.` };
  }
  if (record.some((cell) => cell.includes('\ufffd'))) {
    return { kind: 'unreadable', line, reason: 'The row is not UTF-8 text.' };
  }
  return { kind: 'row', line, values: Object.fromEntries(header.map((name, place) => [name, record[place]])) };
}
