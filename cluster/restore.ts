/**
 * `npm run cluster:restore` makes a backup as docs/scaling.md says, restores it into another database, and signs people in
 * there: with their password, with a code that was sent before the backup, with their refresh token and their access
 * token. Then it tries the same backup without `APP_SECRET`.
 */
import { join } from 'node:path';
import type { Answer } from './api.js';
import { Api } from './api.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { People, type Person } from './people.js';
import { programs } from './programs.js';
import { run, say } from './run.js';
import { PostgresServer, runProgram } from './server.js';
import { makeServices, type ServiceProcess } from './service-process.js';

interface Before {
  readonly person: Person;
  readonly session: Answer;
  readonly code: string;
}

await run(async (parts: Parts) => {
  const { pg_dump, pg_restore } = programs('pg_dump', 'pg_restore');
  const server = await PostgresServer.start(parts);
  for (const name of ['accounts', 'restored']) await server.run(`CREATE DATABASE ${name}`);
  const journal = new Journal();
  const [first, people] = await open(parts, { databaseUrl: server.url('accounts'), journal, name: 'before' });
  await first.start();
  const before = await usePeople(people);
  const file = join(parts.folder, 'accounts.dump');
  await runProgram(pg_dump, ['--format=custom', `--file=${file}`, server.url('accounts')]);
  await first.stop();
  say('dumped, and the first service is stopped');
  await runProgram(pg_restore, ['--no-owner', '--exit-on-error', `--dbname=${server.url('restored')}`, file]);
  const databaseUrl = server.url('restored');
  const [second, others] = await open(parts, { databaseUrl, journal, name: 'after' });
  say(`restored; the service starts on the other database in ${(await second.start()).toFixed(1)} s`);
  await usePeopleAgain(others, before);
  await second.stop();
  const env = { APP_SECRET: 'another secret that is also long enough' };
  const [third] = await open(parts, { databaseUrl, journal, name: 'without', env });
  const refusal = await third.start().then(
    () => null,
    () => third.lastLines.at(-1) ?? '',
  );
  say(`with another APP_SECRET: ${refusal ?? 'IT STARTS'}`);
  for (const wrong of journal.wrong) say(`WRONG: ${wrong}`);
  say(`${journal.answers} answers, ${journal.failures} failures, ${journal.wrong.length} wrong answers`);
  return refusal !== null && journal.wrong.length + journal.failures === 0;
});

interface Place {
  readonly name: string;
  readonly databaseUrl: string;
  readonly journal: Journal;
  readonly env?: Readonly<Record<string, string>>;
}

async function open(parts: Parts, { journal, ...place }: Place): Promise<[ServiceProcess, People]> {
  const { services, codes } = await makeServices(parts, { count: 1, ...place });
  const [service] = services;
  if (!service) throw new Error('There is no service.');
  return [service, new People({ api: new Api([service.url]), journal, codes })];
}

async function usePeople(people: People): Promise<Before> {
  const [person, other] = [people.next(), people.next()];
  const session = await people.register(person);
  const code = await people.requestCode(person);
  await people.signInByCode(other, { guessFirst: true });
  if (!session || code === null) throw new Error('The service does not work before the backup.');
  return { person, session, code };
}

async function usePeopleAgain(people: People, { person, session, code }: Before): Promise<void> {
  const [, , stranger] = [people.next(), people.next(), people.next()];
  const ways = {
    'the access token of before': await people.me(session),
    'the refresh token of before': await people.refresh(session),
    'the password': await people.login(person),
    'the code that was sent before': await people.verify(person, code),
    'a new code': await people.signInByCode(stranger, { guessFirst: false }),
  };
  for (const [way, answer] of Object.entries(ways)) say(`${way}: ${answer ? 'works' : 'FAILS'}`);
}
