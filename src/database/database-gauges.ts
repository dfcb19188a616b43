import type { Clock } from '../platform/clock.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import type { DatabaseConnection } from './database.js';
import { requireWritable } from './require-writable.js';

/** Shows how busy the pool is. The probe, which is returned, asks whether the database answers and takes writes. */
export function databaseGauges(
  { db, poolUse }: Pick<DatabaseConnection, 'db' | 'poolUse'>,
  { size, metrics, clock }: { size: number; metrics: Metrics; clock: Clock },
): SharedGauge {
  metrics.set('database_pool_size', {}, size);
  metrics.follow('database_pool_connections', { state: 'in_use' }, () => poolUse().inUse);
  metrics.follow('database_pool_connections', { state: 'idle' }, () => poolUse().idle);
  metrics.follow('database_pool_waiting', {}, () => poolUse().waiting);
  return async () => {
    const began = clock.monotonic();
    const isUp = await requireWritable(db).then(
      () => true,
      () => false,
    );
    metrics.set('database_up', {}, isUp ? 1 : 0);
    metrics.set('database_probe_seconds', {}, isUp ? (clock.monotonic() - began) / 1000 : null);
  };
}
