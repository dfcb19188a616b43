import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { TestService } from '../service.js';
import type { PostgresProxy } from './postgres-proxy.js';

/** Messages are sent and settled, sends counted, and requests noted, behind the answer. Resolves when none of it is left. */
export async function settled({ background, db }: TestService, { wire }: PostgresProxy): Promise<void> {
  await background.codeRequests.idle();
  await background.pumpingGuard.idle();
  await background.sends.idle();
  for (;;) {
    const [row] = await db.execute<{ open: boolean }>(sql`
      SELECT EXISTS (SELECT 1 FROM messages WHERE settled_at IS NULL) AS open`);
    if (!row?.open && wire.quiet) return;
    await nextTurn();
  }
}
