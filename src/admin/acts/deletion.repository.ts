import { sql } from 'drizzle-orm';
import { asRead, type ErasedRow, erasing, erasureValues } from '../../account/leaving/erasure.repository.js';
import type { Leaver } from '../../account/leaving/belongings.js';
import { recordAct } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { noticeValues } from '../../notices/queue-notices.js';
import {
  actValues,
  type ActWrite,
  actWrite,
  allowed,
  type DecidedAct,
  type JudgedRow,
  judged,
} from './act-fragments.js';

export class DeletionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Erases an account and everything that names its owner. The event keeps the id, which says nothing without the account. */
  async delete(act: DecidedAct, leaver: Leaver, reason: string): Promise<ActWrite<object>> {
    const [row] = await erase.run(this.#db, {
      ...{ ...erasureValues(leaver), ...actValues(act), details: { reason } },
      // Its owner is told nothing, as of a lock (docs/decisions/0046).
      ...noticeValues([]),
    });
    return actWrite(row, row?.erased ? {} : null);
  }
}

/** As its owner's erasure, and judged as every act. */
const erase = new Statement<
  ErasedRow & JudgedRow,
  ReturnType<typeof erasureValues> &
    ReturnType<typeof actValues> &
    ReturnType<typeof noticeValues> & { readonly details: object }
>(
  ...erasing('deleteUser: erase', {
    judged: sql`${judged},
    leaving AS (SELECT id FROM account WHERE ${asRead(sql`account`)})`,
    event: recordAct({ kind: 'account_deleted', details: parameter('details', 'jsonb') }, sql`erased`),
    also: allowed,
  }),
);
