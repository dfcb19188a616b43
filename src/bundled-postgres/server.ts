import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serverOsUser } from './os-user.js';
import { runnablePrograms } from './binaries.js';
import { type Cluster, prepareCluster, readPassword, syncNewCluster } from './cluster.js';
import { BundledServerError, codeOf, useOwnDatabase } from './error.js';
import { obtainServer } from './obtain.js';
import { dataFolder } from './data-folder.js';
import { serverUrl } from './server-connection.js';
import { claimOptions, FolderClaim } from './folder-claim.js';
import { KeptConnection } from './kept-connection.js';

/** The PostgreSQL that comes with the service. It is used when no other database is configured. */
export interface BundledServer {
  /** `postgres://…@127.0.0.1:…`. It contains the password, so keep it out of logs. */
  readonly url: string;
  /** The server was running already: another process uses it, or it was left behind by a process that was killed. */
  readonly adopted: boolean;
  /** Another process uses the server, too. */
  readonly isShared: boolean;
  /** Leaves the server, and stops it if no other process uses it. Close your connections first. */
  stop(): Promise<void>;
}

export interface BundledServerOptions {
  /** The data goes to the folder `postgres` in it, which is created on first use. */
  readonly dataDir: string;
  /** Server settings in addition to the usual ones, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds that the server gets to stop before it is killed. */
  readonly stopWithin?: number;
  /**
   * Called each time that this process waits for a program of PostgreSQL. That is a good time to load other modules,
   * because it does not delay the start of the server. It is not called if the server runs already.
   */
  readonly onWait?: () => void;
  /** Called when this process has to wait to see whether another container or machine still uses the folder. */
  readonly onSilence?: (seconds: number) => void;
  /** When it is aborted, that wait ends with an error. A server that is being started is started, and then stopped. */
  readonly ending?: AbortSignal;
  /** Called when the server is lost for good. Without it, the database stays away. */
  readonly onGivenUp?: (reason: BundledServerError) => void;
}

/**
 * Starts the bundled PostgreSQL, or joins the server that already runs on the folder. Any number of processes may use
 * it. If the server dies, the first process that notices starts it again at the same address.
 * @throws BundledServerError
 */
export async function startBundledServer(options: BundledServerOptions): Promise<BundledServer> {
  const dataDir = resolve(options.dataDir);
  try {
    return await start({ ...options, dataDir });
  } catch (error) {
    if (error instanceof BundledServerError) throw error;
    const message = `The bundled PostgreSQL cannot use ${dataDir} (${codeOf(error) ?? String(error)})`;
    const remedy = `give this user access to it, choose another DATA_DIR, or ${useOwnDatabase}`;
    throw new BundledServerError(`${message}: ${remedy}`, { cause: error });
  }
}

async function start(options: BundledServerOptions): Promise<BundledServer> {
  const { settings = {}, stopWithin = 15_000 } = options;
  const cluster = await openCluster(options);
  const ending = new AbortController();
  const request = { cluster, settings, signal: ending.signal };
  const claim = await FolderClaim.take(
    cluster.folder,
    await claimOptions({ onSilence: options.onSilence, ending: options.ending }),
  );
  const connection = await obtainServer(request).catch(async (error: unknown) => {
    await claim.end({ release: false });
    throw error;
  });
  void syncNewCluster(cluster).catch(() => undefined);
  const url = serverUrl({ password: await readPassword(cluster.folder), port: connection.port });
  const { onGivenUp = () => undefined } = options;
  const kept = new KeptConnection({ request, claim, onGivenUp }, connection);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ending.abort();
    stopped ??= kept.end(stopWithin);
    return stopped;
  };
  return { url, adopted: connection.adopted, isShared: connection.isShared, stop };
}

async function openCluster({ dataDir, settings, onWait }: BundledServerOptions): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  const osUser = await serverOsUser(join(dataDir, 'postgres'));
  const programs = await runnablePrograms(osUser, dataDir);
  const cluster = { folder: await dataFolder(dataDir, osUser), osUser, programs, onWait };
  await prepareCluster(cluster, settings?.['fsync'] !== 'off');
  return cluster;
}
