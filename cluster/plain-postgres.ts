import { startBundledServer } from '../src/bundled-postgres/server.js';
import type { Parts } from './parts.js';

/** One PostgreSQL, the one that comes with the service, for trials that are not about fail-over. */
export async function plainPostgres(parts: Parts): Promise<string> {
  const server = await startBundledServer({
    dataDir: parts.folderOf('postgres'),
  });
  parts.atEnd(() => server.stop());
  return server.url;
}
