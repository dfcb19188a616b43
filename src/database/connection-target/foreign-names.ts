import type { Environment } from '../../platform/setting.js';

/** Names of the environment from which libpq fills the gaps of a URL. The driver reads some of them, too. */
const FOREIGN = [
  'PGHOST',
  'PGHOSTADDR',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGUSERNAME',
  'PGPASSWORD',
  'PGPASSFILE',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGOPTIONS',
  'PGAPPNAME',
  'PGSSL',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGSSLROOTCERT',
  'PGSSLCRL',
  'PGSSLCRLDIR',
  'PGSSLNEGOTIATION',
  'PGSSLMINPROTOCOLVERSION',
  'PGSSLMAXPROTOCOLVERSION',
  'PGCHANNELBINDING',
  'PGREQUIREAUTH',
  'PGGSSENCMODE',
  'PGCONNECT_TIMEOUT',
  'PGTARGETSESSIONATTRS',
  'PGLOADBALANCEHOSTS',
];

/** Those that are set. A URL says everything about its database, except PGSSLMODE, so none of them is heeded. */
export function foreignNames(env: Environment): string[] {
  return FOREIGN.filter((name) => env[name]);
}
