import { setTimeout as pause } from 'node:timers/promises';
import type { EventReceiver } from '../event-receiver.js';
import type { ServiceProcess } from '../service-process.js';
import type { DatabasePair } from './database-pair.js';
import type { Allowance, Disturbances } from './disturbances.js';
import type { Findings } from './findings.js';
import { type Gateway, MOODS, OPENS_BREAKERS } from './gateway.js';
import type { Act, PlannedMinute } from './timetable.js';

interface Stage {
  readonly database: DatabasePair;
  /** The first one is never stopped: its memory is judged. */
  readonly services: readonly ServiceProcess[];
  readonly gateway: Gateway;
  readonly receiver: EventReceiver;
  readonly disturbances: Disturbances;
  readonly findings: Findings;
}

const DOWN_MS = 2_000;
const RECEIVER_AWAY_MS = 20_000;
/** HAProxy must have seen that a process is back before the next one stops. */
const BETWEEN_RESTARTS_MS = 3_000;

const ALLOWED: Readonly<Record<Act, readonly Allowance[]>> = {
  'fail-over': ['no answer', 'no code', 'repeated message'],
  // A stop with drain costs no request, no code and no message.
  SIGTERM: ['slow'],
  'rolling restart': ['slow'],
  SIGKILL: ['no answer', 'no code', 'repeated message'],
  'connections cut': ['no answer', 'no code', 'repeated message'],
  'standby restarts': ['no answer', 'no code', 'repeated message'],
  'events refused': [],
};

/** Does what the timetable says. */
export class Director {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Resolves when everything that was begun in this minute is over. */
  async play(minute: PlannedMinute): Promise<void> {
    await Promise.all([this.#playMood(minute), this.#playAct(minute)]);
  }

  async #playMood({ moodAt, mood, moodSeconds }: PlannedMinute): Promise<void> {
    const { gateway, disturbances } = this.#stage;
    await pause(moodAt * 1000);
    const allows: Allowance[] = OPENS_BREAKERS.has(MOODS[mood].fault) ? ['no code', 'delivery unavailable'] : [];
    const disturbance = disturbances.open(`provider ${mood}`, allows);
    gateway.mood = mood;
    await pause(moodSeconds * 1000);
    gateway.mood = null;
    disturbances.close(disturbance);
  }

  async #playAct({ actAt, act, victim }: PlannedMinute): Promise<void> {
    const { disturbances, services } = this.#stage;
    await pause(actAt * 1000);
    const [, ...others] = services;
    const service = others[victim % Math.max(others.length, 1)];
    const isOfService = act === 'SIGTERM' || act === 'SIGKILL';
    const disturbance = disturbances.open(isOfService ? `${act} ${service?.name}` : act, ALLOWED[act]);
    await this.#perform(act, service, others);
    disturbances.close(disturbance);
  }

  async #perform(act: Act, service: ServiceProcess | undefined, others: readonly ServiceProcess[]): Promise<void> {
    const { database, receiver } = this.#stage;
    switch (act) {
      case 'fail-over':
        return database.failOver();
      case 'standby restarts':
        return database.restartStandby();
      case 'connections cut':
        return void (await database.cutConnections());
      case 'SIGTERM':
        return service && this.#restart(service);
      case 'SIGKILL':
        return service && this.#killAndStart(service);
      case 'rolling restart':
        for (const each of others) await this.#restart(each);
        return;
      case 'events refused':
        receiver.isAway = true;
        await pause(RECEIVER_AWAY_MS);
        receiver.isAway = false;
    }
  }

  async #restart(service: ServiceProcess): Promise<void> {
    const code = await service.stop();
    if (code !== 0) this.#stage.findings.add('unexpected answer', `${service.name} ended with exit code ${code}`);
    await service.start();
    await pause(BETWEEN_RESTARTS_MS);
  }

  async #killAndStart(service: ServiceProcess): Promise<void> {
    await service.kill();
    await pause(DOWN_MS);
    await service.start();
  }
}
