import { cpus, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../tests/support/seeded-random.js';
import { Api } from '../api.js';
import { EventReceiver } from '../event-receiver.js';
import { fill } from '../fill.js';
import { type Memory, notFlat } from '../flatness.js';
import { haproxyForServices } from '../haproxy.js';
import { Journal } from '../journal.js';
import type { Parts } from '../parts.js';
import { People } from '../people.js';
import { programs } from '../programs.js';
import { loadOfMachine, say } from '../run.js';
import { makeServices, type PrintedCodes, type ServiceProcess } from '../service-process.js';
import { statusOf, waitUntil } from '../waiting.js';
import { Administrator } from './administrator.js';
import { Crowd } from './crowd.js';
import { DatabasePair } from './database-pair.js';
import { Director } from './director.js';
import { Disturbances } from './disturbances.js';
import { type Finding, Findings } from './findings.js';
import { Gateway } from './gateway.js';
import { slower } from './latency.js';
import { SoakApi } from './soak-api.js';
import type { SoakMinute } from './table.js';
import { Tables } from './tables.js';
import { Talk } from './talk.js';
import { Tally } from './tally.js';
import { planFor } from './timetable.js';
import { judge } from './verdict.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly processes: number;
  readonly people: number;
  readonly clients: number;
  readonly rest: number;
  readonly seed: number;
  readonly fill: boolean;
}

export interface SoakResult {
  /** Totals, for people. */
  readonly lines: readonly string[];
  readonly findings: readonly Finding[];
  readonly minutes: readonly SoakMinute[];
}

interface Stage {
  readonly database: DatabasePair;
  readonly services: readonly ServiceProcess[];
  readonly gateway: Gateway;
  readonly receiver: EventReceiver;
  readonly crowd: Crowd;
  readonly administrator: Administrator;
  readonly talk: Talk;
  readonly tables: Tables;
  readonly tally: Tally;
  readonly disturbances: Disturbances;
  readonly findings: Findings;
}

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const MINUTE_MS = 60_000;
const ADMINISTRATOR_EVERY_MS = 3_000;
/** Events wait for up to 20, 80 and 300 seconds after refusals. */
const DELIVERED_WITHIN_SECONDS = 420;

/** Everything of one run. */
export class Soak {
  readonly #options: SoakOptions;
  readonly #stage: Stage;
  readonly #minutes: SoakMinute[] = [];

  private constructor(options: SoakOptions, stage: Stage) {
    [this.#options, this.#stage] = [options, stage];
  }

  static async prepare(parts: Parts, options: SoakOptions): Promise<Soak> {
    programs('haproxy', 'initdb', 'postgres', 'pg_basebackup');
    say(`starting PostgreSQL with a standby, and ${options.processes} processes of the service …`);
    const [findings, disturbances, random] = [new Findings(), new Disturbances(), seededRandom(options.seed)];
    const database = await DatabasePair.start(parts);
    const { receiver, url: eventsUrl } = await EventReceiver.start(parts, SECRET);
    const { gateway, url } = await Gateway.start(parts, { disturbances, findings, random, secret: SECRET });
    const env = {
      ...{ TRUST_PROXY: '1', DRAIN_SECONDS: '3', SMS_PROVIDER: 'webhook', WEBHOOK_URL: url, WEBHOOK_SECRET: SECRET },
      ...{ EVENTS_URL: eventsUrl, EVENTS_SECRET: SECRET },
    };
    const count = options.processes;
    const { services, codes } = await makeServices(parts, { count, databaseUrl: database.url, env });
    for (const service of services) await service.start();
    const { port } = await haproxyForServices(parts, services);
    const balancer = `http://127.0.0.1:${port}`;
    gateway.reportUrl = `${balancer}/webhooks/delivery`;
    const isReady = async () => (await statusOf(`${balancer}/readyz`)) === 200;
    await waitUntil(isReady, { what: 'HAProxy answers', seconds: 30 });
    if (options.fill) await fillFirst(services, codes);
    const tally = new Tally({ disturbances, findings });
    const api = new SoakApi(balancer, (answered) => tally.hear(answered));
    const talk = new Talk({ api, gateway, findings, disturbances, random, restMs: options.rest });
    const crowd = new Crowd(talk, options);
    const tables = new Tables({ tally, crowd, people: options.people });
    await database.onPrimary((sql) => tables.sizes(sql));
    const onPrimary = <Result>(work: Parameters<typeof database.onPrimary<Result>>[0]) => database.onPrimary(work);
    const administrator = await Administrator.appoint(talk, { person: crowd.newPerson(), onPrimary });
    parts.atEnd(async () => findings.end());
    const stage = { database, services, gateway, receiver, crowd, administrator, talk, tables, tally };
    return new Soak(options, { ...stage, disturbances, findings });
  }

  /** The load runs, and the timetable is played, minute by minute. */
  async *minutes(): AsyncGenerator<SoakMinute> {
    const { crowd, administrator, findings } = this.#stage;
    const director = new Director(this.#stage);
    findings.begin();
    crowd.begin();
    administrator.begin(crowd, ADMINISTRATOR_EVERY_MS);
    for (const [index, planned] of planFor(this.#options.minutes, this.#options.seed).entries()) {
      const from = performance.now();
      await Promise.all([director.play(planned), pause(MINUTE_MS)]);
      const minute = await this.#look(index + 1, from);
      this.#minutes.push(minute);
      yield minute;
    }
    await Promise.all([crowd.end(), administrator.end()]);
  }

  async end(): Promise<SoakResult> {
    const { database, crowd, receiver, findings } = this.#stage;
    say('the load is over; waiting until all events are delivered …');
    const delivered = { what: 'all events are delivered', seconds: DELIVERED_WITHIN_SECONDS };
    await waitUntil(() => database.onPrimary(areEventsDelivered), delivered).catch((error: Error) =>
      findings.add('lost', error.message),
    );
    const looked = await database.onPrimary((sql) => judge(sql, { crowd, receiver, findings }));
    this.#judgeGrowth();
    const counts = Object.entries(looked).map(([name, count]) => `${count} ${name}`);
    return {
      lines: [...this.#totals(), `compared at the end: ${counts.join(', ')}`],
      findings: findings.all,
      minutes: this.#minutes,
    };
  }

  async #look(minute: number, from: number): Promise<SoakMinute> {
    const { services, disturbances, database, tables, tally } = this.#stage;
    return {
      minute,
      done: disturbances.begun(from, performance.now()),
      calls: tally.endMinute(),
      memory: await Promise.all(services.map((service) => service.memory().catch(() => null))),
      tables: await database.onPrimary((sql) => tables.sizes(sql)),
      load: loadavg()[0] ?? 0,
    };
  }

  /** Only the first process is never stopped, so only its memory tells of a leak. */
  #judgeGrowth(): void {
    const { findings } = this.#stage;
    const flat = this.#minutes.map(({ memory: [first], tables }) => ({
      memory: first ? ([first] as Memory[]) : [],
      tables,
    }));
    for (const line of notFlat(flat)) findings.add(line.includes('memory') ? 'memory grows' : 'table grows', line);
    for (const line of slower(this.#minutes)) findings.add('latency grows', line);
  }

  #totals(): string[] {
    const { tally, crowd, gateway, receiver, talk } = this.#stage;
    const failures = [...tally.failures].map(([reason, count]) => `${count} × ${reason}`).join(', ');
    const operations = [...tally.byOperation].map(([name, count]) => `${name} ${count}`).join(', ');
    return [
      `${cpus().length} processors, ${loadOfMachine()}`,
      `${tally.answers} answers (${operations})`,
      `no answer, in windows that allow it: ${failures || 'none'}`,
      `${crowd.people.length} people at the end, ${crowd.left.length} deleted their accounts, ${crowd.uncertain.length} left after calls without an answer`,
      `${gateway.attempts} messages came to the provider, ${gateway.taken} taken, ${gateway.repeated} of them once more; ${gateway.reports} reports`,
      `${talk.lateCodes} codes came late, or not at all, for a reason`,
      `${receiver.events.size} events delivered, ${receiver.repeated} of them once more`,
    ];
  }
}

/** What a process keeps in memory would fill during the run, and would look like a leak. */
async function fillFirst([first]: readonly ServiceProcess[], codes: PrintedCodes): Promise<void> {
  if (!first) return;
  say('filling what the first process keeps in memory …');
  const people = new People({ api: new Api([first.url]), journal: new Journal(), codes });
  const person = { email: 'first@example.com', phoneNumber: '+255699999999' };
  await people.register(person);
  await fill([first.url], { people, person });
}

async function areEventsDelivered(sql: Parameters<Parameters<DatabasePair['onPrimary']>[0]>[0]): Promise<boolean> {
  const [row] = await sql`
    SELECT EXISTS (SELECT 1 FROM events WHERE position IS NULL)
      OR EXISTS (SELECT 1 FROM event_deliveries WHERE next_attempt_at IS NOT NULL) AS waits`;
  return row?.['waits'] === false;
}
