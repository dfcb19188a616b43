import { expect, it } from 'vitest';
import { failure, type Connection } from '../../src/database/pool/connection.js';
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
