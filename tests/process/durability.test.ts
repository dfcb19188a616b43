import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { form, me, register } from '../support/operations/operations.js';
import { freePort } from '../support/process/free-port.js';
import { bundledServer, killBundledServer, living } from '../support/process/process-folder.js';
import { login } from '../support/operations/session-operations.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';

/** What was acknowledged is there, whatever is killed: people register while the power goes. */

const CLIENTS = 4;
const AT_MOST = 400;

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.makeSetUp();
});

afterEach(() => place.end());

interface Acknowledged {
  readonly email: string;
  readonly userId: string;
  readonly accessToken: string;
}

/** Registers one after the other until the service is gone; keeps what it acknowledged. */
async function registerUntilTheEnd(service: ServiceProcess, client: number, kept: Acknowledged[]): Promise<void> {
  for (let count = 0; count < AT_MOST / CLIENTS; count += 1) {
    const email = `client${client}-${count}@example.com`;
    const phoneNumber = `+25567919${client}${String(count).padStart(3, '0')}`;
    const answer = await register(service.client, form({ email, phoneNumber })).catch(() => null);
    if (answer === null) return;
    expect(answer.__typename).toBe('RegisterSuccess');
    kept.push({ email, userId: answer.user.id, accessToken: answer.tokens.accessToken });
  }
}

/** Lets a stream of registrations run, kills in the middle of it, and returns what was acknowledged. */
async function killInTheMiddle(service: ServiceProcess, kill: () => Promise<unknown>): Promise<Acknowledged[]> {
  const kept: Acknowledged[] = [];
  const clients = Array.from({ length: CLIENTS }, (_, client) => registerUntilTheEnd(service, client, kept));
  while (kept.length < 20) await pause(5);
  await kill();
  await Promise.all(clients);
  return kept;
}

/** Everybody who was acknowledged is signed in still. */
async function expectAllThere(service: ServiceProcess, kept: readonly Acknowledged[]): Promise<void> {
  expect(kept.length).toBeGreaterThanOrEqual(20);
  expect(kept.length).toBeLessThan(AT_MOST);
  for (const { userId, email, accessToken } of kept) {
    const { body } = await me(service.client, accessToken);
    expect(body.data.me).toMatchObject({ id: userId, email });
  }
}

test('kill -9 of the service: every acknowledged registration is there, and the server left over is taken on', async () => {
  const env = { PORT: String(await freePort()), ...WITHOUT_CROWDS };
  const first = await place.startReady({ env });
  const kept = await killInTheMiddle(first, () => first.stop('SIGKILL'));
  const [leftOver] = await bundledServer(place.folder);
  expect(leftOver).toBeDefined();

  const second = await place.startReady({ env });

  await expectAllThere(second, kept);
  expect((await bundledServer(place.folder))[0]).toBe(leftOver);
  expect(await second.stop()).toMatchObject({ code: 0 });
  expect(await bundledServer(place.folder)).toEqual([]);
});

test('kill -9 of service and database at one moment: every acknowledged registration is there', async () => {
  const env = { PORT: String(await freePort()), ...WITHOUT_CROWDS };
  const first = await place.startReady({ env });
  const server = await bundledServer(place.folder);
  const kept = await killInTheMiddle(first, async () => {
    first.tell('SIGKILL');
    await killBundledServer(place.folder);
    await first.ended;
  });
  while ((await living(server)).length > 0) await pause(20);

  const second = await place.startReady({ env });

  await expectAllThere(second, kept);
  const again = await login(second.client, { identifier: kept[0]?.email, password: form()['password'] });
  expect(again).toMatchObject({ __typename: 'LoginSuccess', user: { id: kept[0]?.userId } });
});
