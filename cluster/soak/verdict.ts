import { decodeJwt } from 'jose';
import type postgres from 'postgres';
import type { EventReceiver } from '../event-receiver.js';
import type { Crowd } from './crowd.js';
import type { Findings } from './findings.js';
import type { Person } from './person.js';

interface Story {
  readonly crowd: Crowd;
  readonly receiver: EventReceiver;
  readonly findings: Findings;
}

/** What was looked at when the load was over. */
export interface Looked {
  readonly accounts: number;
  readonly sessions: number;
  readonly endedSessions: number;
  readonly deleted: number;
  readonly events: number;
}

interface UserRow {
  readonly id: string;
  readonly phone: string | null;
  readonly verified: boolean;
  readonly email: string | null;
  readonly name: string | null;
}

/** Compares what was acknowledged with what the database holds and with what the receiver of events was told. */
export async function judge(sql: postgres.Sql, { crowd, receiver, findings }: Story): Promise<Looked> {
  const rows = await sql<UserRow[]>`
    SELECT id, phone_number AS phone, phone_verified_at IS NOT NULL AS verified, email, first_name AS name FROM users`;
  const users = new Map(rows.map((row) => [row.id, row]));
  const people = crowd.people.filter(({ id }) => id !== null);
  for (const person of people) compare(person, users.get(person.id ?? ''), findings);
  for (const { id } of crowd.left)
    if (users.has(id ?? '')) findings.add('lost', `the deletion of ${id}: the account is there`);
  await judgeNumbers(sql, findings);
  const living = new Set(
    (
      await sql<{ id: string }[]>`
        SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.ended_at IS NULL AND s.expires_at > now() AND s.epoch >= u.session_epoch`
    ).map(({ id }) => id),
  );
  const [sessions, ended] = [people.flatMap(sessionsOf), [...people, ...crowd.left].flatMap(endedSessionsOf)];
  for (const id of sessions) if (!living.has(id)) findings.add('lost', `the session ${id}: it is over`);
  for (const id of ended) if (living.has(id)) findings.add('ended session works', `the session ${id}: it is active`);
  await judgeEvents(sql, { receiver, findings, users });
  for (const person of people) judgeSignIns(person, { receiver, findings });
  return {
    accounts: people.length,
    sessions: sessions.length,
    endedSessions: ended.length,
    deleted: crowd.left.length,
    events: receiver.events.size,
  };
}

function compare(person: Person, row: UserRow | undefined, findings: Findings): void {
  if (!row) {
    findings.add('lost', `the account ${person.id} of ${person.email ?? 'a person without email'}`);
    return;
  }
  const pairs = [
    ['number', row.phone, person.phoneNumber],
    ['verification', row.verified, person.phoneVerified],
    ['first name', row.name, person.firstName],
    ['email', row.email, person.email ?? row.email],
  ];
  for (const [what, found, known] of pairs)
    if (found !== known) findings.add('lost', `${what} of ${person.id}: it is ${found}, and ${known} was acknowledged`);
}

async function judgeNumbers(sql: postgres.Sql, findings: Findings): Promise<void> {
  const doubled = await sql<{ number: string }[]>`
    SELECT phone_number AS number FROM users WHERE phone_verified_at IS NOT NULL GROUP BY 1 HAVING count(*) > 1
    UNION ALL SELECT lower(email) FROM users WHERE phone_verified_at IS NOT NULL AND email IS NOT NULL
      GROUP BY 1 HAVING count(*) > 1`;
  for (const { number } of doubled) findings.add('doubled', `two accounts have verified ${number}`);
}

function sessionsOf(person: Person): string[] {
  return person.sessions.map(({ accessToken }) => sessionIn(accessToken));
}

function endedSessionsOf(person: Person): string[] {
  return person.ended.map(({ accessToken }) => sessionIn(accessToken));
}

function sessionIn(accessToken: string): string {
  return String(decodeJwt(accessToken)['sid']);
}

interface Events {
  readonly receiver: EventReceiver;
  readonly findings: Findings;
  readonly users: ReadonlyMap<string, UserRow>;
}

async function judgeEvents(sql: postgres.Sql, { receiver, findings, users }: Events): Promise<void> {
  for (const wrong of receiver.wrong) findings.add('unexpected answer', `event ${wrong}`);
  const written = await sql<{ id: string; type: string }[]>`SELECT id, kind AS type FROM events`;
  const ids = new Set(written.map(({ id }) => id));
  for (const { id, type } of written) if (!receiver.events.has(id)) findings.add('lost', `the event ${id} (${type})`);
  const positions = new Map<number, string>();
  for (const [id, { position, userId }] of receiver.events) {
    const other = positions.get(position);
    if (other !== undefined) findings.add('doubled', `the events ${id} and ${other} are one`);
    positions.set(position, id);
    // Events of a deleted user are removed.
    if (!ids.has(id) && users.has(userId)) findings.add('doubled', `the event ${id}: the database does not have it`);
  }
}

/** One code or password makes one session. */
function judgeSignIns({ id, signIns }: Person, { receiver, findings }: Omit<Events, 'users'>): void {
  const started = [...receiver.events.values()].filter(
    ({ userId, type }) => userId === id && type === 'session.started',
  ).length;
  const { known, unknown } = signIns;
  if (started < known) findings.add('lost', `sign-ins of ${id}: ${known} were acknowledged, and ${started} told of`);
  if (started > known + unknown)
    findings.add('doubled', `sessions of ${id}: ${started} began, after ${known} to ${known + unknown} sign-ins`);
}
