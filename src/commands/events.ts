import { parseArgs } from 'node:util';
import { openDatabase } from '../database/database.js';
import { EventReplayRepository, type Past } from '../events/event-replay.repository.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run events -- --since 2026-11-01 [--user ID] [--list] [--json]
  delivers the events since then once more, each with its id and in order; with --list it shows them instead.
  The time is UTC unless it says otherwise: 2026-11-01, 2026-11-01T08:30:00Z`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Request {
  readonly past: Past;
  readonly list: boolean;
  readonly json: boolean;
}

/** `npm run events`: events of the past, for a receiver that has lost some. */
async function events(start: StartUp): Promise<void> {
  const { past, list, json } = readRequest(process.argv.slice(2));
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const replay = new EventReplayRepository(db);
  if (list) {
    for await (const event of replay.list(past))
      process.stdout.write(json ? `${JSON.stringify(event)}\n` : lineOf(event));
  } else {
    const users = await replay.replay(past, systemClock.now());
    process.stdout.write(json ? `${JSON.stringify({ users })}\n` : told(users, start));
  }
  await stopAll(start.stops);
}

type ListedEvent = Awaited<ReturnType<ReturnType<EventReplayRepository['list']>['next']>>['value'];

function lineOf({ position, at, kind, userId, sessionId, id }: Exclude<ListedEvent, void>): string {
  const session = sessionId ? ` session ${sessionId}` : '';
  return `${String(position).padStart(8)} ${at.toISOString()} ${kind.padEnd(19)} user ${userId}${session} id ${id}\n`;
}

function told(users: number, { config }: StartUp): string {
  if (users === 0) return 'There are no events since then.\n';
  const who = users === 1 ? '1 user' : `${users} users`;
  const by = config.events.receiver
    ? 'A running process delivers them now.'
    : 'EVENTS_URL is not set here: a process that has it delivers them.';
  return `The events of ${who} since then are delivered once more. ${by}\n`;
}

function readRequest(args: string[]): Request {
  const { since, user, list, json } = readOptions(args);
  if (since === undefined) throw new CommandError(`say since when.\n${USAGE}`);
  const instant = DAY.test(since) || INSTANT.test(since) ? new Date(since) : new Date(Number.NaN);
  if (Number.isNaN(instant.getTime())) throw new CommandError(`--since is no time.\n${USAGE}`);
  if (user !== undefined && !UUID.test(user)) throw new CommandError(`--user must be the id of a user.\n${USAGE}`);
  return { past: { since: instant, userId: user ?? null }, list, json };
}

function readOptions(args: string[]) {
  const options = {
    since: { type: 'string' },
    user: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch {
    throw new CommandError(`there is no such option.\n${USAGE}`);
  }
}

await runCommand(USAGE, events);
