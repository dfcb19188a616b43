import type { Findings } from './findings.js';
import { isOwnParameter } from './own-parameters.js';

type Verdict = 'understood' | { readonly needs: string } | { readonly warning: string };

const refused = (needs: string): Verdict => ({ needs });
const passedOver = (warning: string): Verdict => ({ warning });
/** The values that say what happens anyway. */
const unless = (values: readonly string[], verdict: Verdict) => (value: string) =>
  values.includes(value) ? 'understood' : verdict;

const NO_KERBEROS = refused('asks for Kerberos or GSSAPI, which the driver does not speak: take it out');
const WITHOUT_KERBEROS = passedOver('has no effect without Kerberos and is passed over');
const NO_OAUTH = refused('asks for OAuth, which the driver does not speak: use a password');
const NO_FILE = refused('is not supported: write host, user and password into the URL');
const NO_TUNING = passedOver('is passed over: Node cannot set it. keepalives_idle is heeded');
const KEYS = refused('is not supported: use the password');
const WAITING = passedOver('is passed over: a request waits for a free connection as long as for an answer');

/**
 * The words of libpq, Prisma and hosted databases that are read nowhere else, with what is said about them. No word is
 * passed over in silence: a misspelt `sslmode` would leave the connection open to everyone on the way.
 */
const VERDICTS: Readonly<Record<string, (value: string) => Verdict>> = {
  // Not checked: the driver answers SCRAM without binding it to the TLS channel.
  channel_binding: unless(
    ['disable', 'prefer'],
    passedOver('is passed over: the driver cannot bind a channel. sslmode=verify-full keeps out a server in between'),
  ),
  client_encoding: unless(['UTF8', 'utf8', 'UTF-8', 'utf-8', 'auto'], refused('must be UTF8: take it out')),
  gssencmode: unless(['disable', 'prefer'], NO_KERBEROS),
  gssdelegation: unless(['0'], WITHOUT_KERBEROS),
  gsslib: () => WITHOUT_KERBEROS,
  hostaddr: () => refused('is not supported: write the address in the place of the host'),
  keepalives_count: () => NO_TUNING,
  keepalives_interval: () => NO_TUNING,
  krbsrvname: () => WITHOUT_KERBEROS,
  load_balance_hosts: unless(['disable'], passedOver('is passed over: the service uses the host that takes writes')),
  max_protocol_version: unless(['3.0', '3.2', 'latest'], refused('must be 3.0 or newer: take it out')),
  min_protocol_version: unless(['3.0'], refused('must be 3.0, which the driver speaks: take it out')),
  oauth_client_id: () => NO_OAUTH,
  oauth_client_secret: () => NO_OAUTH,
  oauth_issuer: () => NO_OAUTH,
  oauth_scope: () => NO_OAUTH,
  passfile: () => NO_FILE,
  replication: unless(['false', 'off', 'no', '0'], refused('asks for a replication connection: take it out')),
  require_auth: () => refused('is not supported: the driver answers what the server asks. Use sslmode=verify-full'),
  requirepeer: () => refused('is not supported: take it out'),
  scram_client_key: () => KEYS,
  scram_server_key: () => KEYS,
  service: () => NO_FILE,
  servicefile: () => NO_FILE,
  sslcertmode: unless(['allow'], refused('is not supported: a certificate is shown if sslcert names one')),
  sslcompression: unless(['0'], passedOver('is passed over: TLS compression is unsafe and no longer in use')),
  sslcrldir: () => refused('is not supported: use sslcrl, which names a file'),
  sslkeylogfile: () => refused('is not supported: take it out'),
  tcp_user_timeout: () => NO_TUNING,
  // Prisma.
  connection_limit: () => passedOver('is passed over: set DATABASE_POOL'),
  pool_timeout: () => WAITING,
  socket_timeout: () => WAITING,
  sslaccept: unless(['accept_invalid_certs'], refused('is not supported: write sslmode=verify-full')),
  statement_cache_size: unless(['0'], passedOver('is passed over: statements are prepared or not, as pgbouncer= says')),
  // Says that sslmode means what libpq means by it, as it does here (node-postgres).
  uselibpqcompat: () => 'understood',
  // Vercel and Supabase add it for their statistics.
  supa: () => passedOver('is passed over'),
};

/** The words that other files of this folder read. */
const READ_ELSEWHERE = [
  'application_name',
  'connect_timeout',
  'dbname',
  'fallback_application_name',
  'host',
  'keepalives',
  'keepalives_idle',
  'options',
  'password',
  'pgbouncer',
  'port',
  'schema',
  'ssl',
  'ssl_max_protocol_version',
  'ssl_min_protocol_version',
  'sslcert',
  'sslcrl',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslpassword',
  'sslrootcert',
  'sslsni',
  'target_session_attrs',
  'user',
];

/** What other programs call a word. */
const ALIASES: Readonly<Record<string, string>> = {
  currentSchema: 'schema',
  search_path: 'schema',
  database: 'dbname',
  username: 'user',
  timeout: 'connect_timeout',
  ApplicationName: 'application_name',
};

/** Judges the words that only need to be judged, and names those that no one knows. */
export function judgeOtherWords(words: ReadonlyMap<string, string>, findings: Findings): void {
  for (const [word, value] of words) {
    if (READ_ELSEWHERE.includes(word)) continue;
    // `constructor` is a word of every object.
    const judge = Object.hasOwn(VERDICTS, word) ? VERDICTS[word] : undefined;
    const verdict = judge?.(value) ?? unknown(word);
    if (verdict === 'understood') continue;
    if ('needs' in verdict) findings.complain(`has ${word}, which ${verdict.needs}`);
    else findings.warn(`has ${word}, which ${verdict.warning}`);
  }
}

function unknown(word: string): Verdict {
  if (isOwnParameter(word)) return refused('the service sets for each connection itself: take it out');
  const letters = lettersOf(word);
  const meant =
    (Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined) ??
    [...READ_ELSEWHERE, ...Object.keys(VERDICTS)].find((each) => lettersOf(each) === letters);
  const hint = meant === undefined ? '' : ` or write ${meant},`;
  return refused(
    `is no word of a connection URL: take it out,${hint} or write options=-c%20name%3Dvalue for a setting of the server`,
  );
}

function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z]/g, '');
}
