import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type Connection, failure, lost } from '../../src/database/pool/connection.js';
import { Pool } from '../../src/database/pool/pool.js';
import { inTransaction } from '../../src/database/pool/transaction.js';

const query = { text: 'SELECT 1', parameters: [], inArrays: false };

it('a connection that is lost just after it was opened leaves nobody waiting in line', async () => {
  const answer = Object.assign([], { command: 'SELECT' });
  const opened = [true, false].map((isOver) => ({
    isOver,
    isOld: false,
    run: async () => answer,
    close: async () => {},
  }));
  const pool = new Pool({ size: 1, hosts: ['one'], open: async () => opened.shift() as unknown as Connection });
  expect(await pool.run(query)).toBe(answer);
}, 2_000);

it('work that goes on after its transaction has failed sends nothing on the connection, which serves others', async () => {
  const sent: string[] = [];
  const run = async ({ text }: typeof query) => {
    sent.push(text);
    if (text === 'fails') throw failure('23505', 'taken');
    return Object.assign([], { command: text }) as never;
  };
  let goOn: () => void = () => undefined;
  const pause = new Promise<void>((resolve) => (goOn = resolve));
  let stray: Promise<unknown> = Promise.resolve();
  const work = inTransaction({ run }, async (runner) => {
    stray = pause.then(() => runner.run({ ...query, text: 'stray' }));
    await runner.run({ ...query, text: 'fails' });
  });
  await expect(work).rejects.toThrow('taken');
  goOn();
  await expect(stray).rejects.toThrow('the transaction is over');
  expect(sent).toEqual(['BEGIN', 'fails', 'ROLLBACK']);
});

it('a statement that begins again does not wait beside an idle connection, when the other one is lost', async () => {
  const ends: ((reason: unknown) => void)[] = [];
  const tries = new Map<string, number>();
  const run = async ({ text }: typeof query) => {
    const number = (tries.get(text) ?? 0) + 1;
    tries.set(text, number);
    if (number === 1) throw failure('55P03', 'locked');
    if (text === 'waits for ever') return new Promise<never>((_, reject) => ends.push(reject));
    return Object.assign([], { command: text }) as never;
  };
  const opened: { isOver: boolean; lose(): void }[] = [];
  const pool = new Pool({
    size: 2,
    hosts: ['one'],
    open: async (_, onOver) => {
      if (opened.length === 2) throw failure('53300', 'too many connections');
      const connection = { isOver: false, isOld: false, run, close: async () => {}, lose: () => undefined };
      connection.lose = () => {
        connection.isOver = true;
        onOver(connection as unknown as Connection, lost('terminated'));
      };
      opened.push(connection);
      return connection as unknown as Connection;
    },
  });
  const first = pool.run({ ...query, text: 'waits for ever' }).catch((error: Error) => error.message);
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  const second = pool.run({ ...query, text: 'second' });
  await vi.waitFor(() => expect(tries.get('second')).toBe(1));
  await pause(50);
  const busy = opened[0];
  busy?.lose();
  ends[0]?.(lost('terminated'));
  expect(await first).toBe('terminated');
  expect(await second).toMatchObject({ command: 'second' });
}, 5_000);
