import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serverAccount } from './account.js';
import { runnablePrograms } from './binaries.js';
import { type Cluster, prepareCluster, readPassword, syncNewCluster } from './cluster.js';
import { BundledServerError, codeOf, ownDatabase } from './error.js';
import { obtainServer } from './obtain.js';
import { dataFolder } from './place.js';
import { serverUrl } from './session.js';
import { ServerUse } from './use.js';

/** A PostgreSQL that comes with the service, for where no other is configured. */
export interface BundledServer {
  /** Its database, with the password: `postgres://…@127.0.0.1:…`. Not for logs. */
  readonly url: string;
  /** It was running already: left over from a process that was killed, or in use by another one. */
  readonly adopted: boolean;
  /** Ends this process's use of the server, and the server if nobody else uses it. Close your connections first. */
  stop(): Promise<void>;
}

export interface BundledServerOptions {
  /** Takes the folder `postgres`, made on first use. */
  readonly dataDir: string;
  /** Server settings on top of the usual ones, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds that the server has to stop before it is ended by force. */
  readonly stopWithin?: number;
  /**
   * Called when a program of PostgreSQL runs and this process only waits for it: the time to load other modules, which
   * would have held its start up. Called again for each further one; never, if the server runs already.
   */
  readonly onWait?: () => void;
}

/**
 * Starts the bundled PostgreSQL, or joins the one that runs on the same folder already. Any number of processes may
 * use it; should it die, the first of them to notice starts it again at the same address.
 * @throws BundledServerError
 */
export async function startBundledServer(options: BundledServerOptions): Promise<BundledServer> {
  const dataDir = resolve(options.dataDir);
  try {
    return await start({ ...options, dataDir });
  } catch (error) {
    if (error instanceof BundledServerError) throw error;
    const message = `The bundled PostgreSQL cannot use ${dataDir} (${codeOf(error) ?? String(error)})`;
    const remedy = `give this user access to it, choose another DATA_DIR, or ${ownDatabase}`;
    throw new BundledServerError(`${message}: ${remedy}`, { cause: error });
  }
}

async function start(options: BundledServerOptions): Promise<BundledServer> {
  const { settings = {}, stopWithin = 15_000 } = options;
  const cluster = await openCluster(options);
  const ending = new AbortController();
  const wanted = { cluster, settings, signal: ending.signal };
  const session = await obtainServer(wanted);
  void syncNewCluster(cluster).catch(() => undefined);
  const url = serverUrl({ folder: cluster.folder, password: await readPassword(cluster.folder), port: session.port });
  const use = new ServerUse(wanted, session);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ending.abort();
    stopped ??= use.end(stopWithin);
    return stopped;
  };
  return { url, adopted: session.adopted, stop };
}

async function openCluster({ dataDir, settings, onWait }: BundledServerOptions): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  const account = await serverAccount(join(dataDir, 'postgres'));
  const programs = await runnablePrograms(account, dataDir);
  const cluster = { folder: await dataFolder(dataDir, account), account, programs, onWait };
  await prepareCluster(cluster, settings?.['fsync'] !== 'off');
  return cluster;
}
