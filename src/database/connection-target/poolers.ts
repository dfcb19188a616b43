import type { Host } from './hosts.js';

const SUPABASE_TRANSACTION_PORT = 6543;

/** The name of a hosted pooler that is known to give each transaction another connection, or null. */
export function knownPooler({ host, port }: Host): string | null {
  if (/-pooler\..*neon\.tech$/i.test(host)) return 'the pooler of Neon';
  if (/\.supabase\.(?:com|co)$/i.test(host) && port === SUPABASE_TRANSACTION_PORT) return 'the pooler of Supabase';
  return null;
}
