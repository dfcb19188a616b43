import { lost, type Query, type Rows, type Runner } from './connection.js';

function command(text: string): Query {
  return { text, parameters: [], inArrays: false };
}

interface Brackets {
  readonly open: string;
  readonly keep: string;
  readonly undo: string;
}

/**
 * postgres.js has this, too. But when its connection is lost, its last statements crash the process or run on another
 * connection (porsager/postgres#1208, #1216), and statements that still wait never get an answer (#1186).
 */
export function inTransaction<Result>(runner: Runner, work: (runner: Runner) => Promise<Result>): Promise<Result> {
  return between({ open: 'BEGIN', keep: 'COMMIT', undo: 'ROLLBACK' }, { runner, work });
}

/** A transaction inside a transaction. The same name may be used again: PostgreSQL takes the latest one. */
export function inSavepoint<Result>(runner: Runner, work: (runner: Runner) => Promise<Result>): Promise<Result> {
  const [open, keep, undo] = ['SAVEPOINT inner_one', 'RELEASE SAVEPOINT inner_one', 'ROLLBACK TO SAVEPOINT inner_one'];
  return between({ open, keep, undo }, { runner, work });
}

async function between<Result>(
  { open, keep, undo }: Brackets,
  { runner, work }: { runner: Runner; work: (runner: Runner) => Promise<Result> },
): Promise<Result> {
  await runner.run(command(open));
  let failed: unknown = null;
  let isOver = false;
  const watched: Runner = {
    async run(query): Promise<Rows> {
      // The connection may serve others by now.
      if (isOver) throw lost('the transaction is over');
      return runner.run(query).catch((error: unknown) => {
        failed ??= error;
        throw error;
      });
    },
  };
  let result: Result;
  try {
    result = await work(watched).finally(() => {
      isOver = true;
    });
  } catch (error) {
    // On a lost connection nothing is left to undo, and the first reason says more.
    await runner.run(command(undo)).catch(() => undefined);
    throw error;
  }
  const { command: done } = await runner.run(command(keep));
  // The work has caught the error of a statement, but PostgreSQL has undone everything.
  if (done === 'ROLLBACK') throw failed;
  return result;
}
