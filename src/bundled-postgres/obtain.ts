import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemRandom } from '../platform/random.js';
import { type Cluster, readPassword } from './cluster.js';
import { BundledServerError, InUseElsewhereError, useOwnDatabase } from './error.js';
import { discardPidFile, type PidFile, processKind, readPidFile } from './pid-file.js';
import { launch, logFile } from './postmaster.js';
import { joinServer, type ServerConnection } from './server-connection.js';
import { serverListens } from './server-socket.js';

export interface ServerRequest {
  readonly cluster: Cluster;
  readonly settings: Readonly<Record<string, string>>;
  /** When it is aborted, the search for a server ends. */
  readonly signal: AbortSignal;
}

// Recovery after a crash can take long. A server that does not answer at all is known to be dead after two seconds.
const readyWithin = 60_000;
const answersWithin = 2_000;
const launchesAtMost = 5;

/**
 * Joins the server of a cluster; starts the server if it does not run. Other processes may start and stop it at the
 * same time, so each attempt looks at the current state. PostgreSQL's own lock lets one of several starts win, and the
 * other processes join that server.
 * @throws BundledServerError
 */
export async function obtainServer(request: ServerRequest): Promise<ServerConnection & { readonly adopted: boolean }> {
  const search = new Search(request, await readPassword(request.cluster.folder));
  const deadline = AbortSignal.any([request.signal, AbortSignal.timeout(readyWithin)]);
  try {
    for (let wait = 5; !deadline.aborted; wait = Math.min(wait * 1.5, 100)) {
      const connection = await search.tryOnce();
      if (connection) return { ...connection, adopted: connection.startId !== search.startId };
      await pause(wait);
    }
  } catch (error) {
    await search.launchEnded();
    throw error;
  }
  await search.launchEnded();
  const log = join(request.cluster.folder, logFile);
  throw new BundledServerError(
    `PostgreSQL on ${request.cluster.folder} does not get ready: see ${log}, or end that server and start again`,
  );
}

class Search {
  readonly startId = systemRandom.bytes(8).toString('hex');
  readonly #request: ServerRequest;
  readonly #password: string;
  #launching: Promise<void> | null = null;
  #failedLaunches = 0;
  #failure: unknown = null;
  #silent: { readonly identity: string; readonly deadline: AbortSignal } | null = null;

  #unseen: AbortSignal | null = null;

  constructor(request: ServerRequest, password: string) {
    this.#request = request;
    this.#password = password;
  }

  async tryOnce(): Promise<ServerConnection | null> {
    const { folder } = this.#request.cluster;
    const server = await readPidFile(folder);
    const kind = server ? await processKind(server.pid) : 'none';
    if (server && kind === 'server') return this.#join(server);
    if (this.#launching === null && (await this.#listensElsewhere())) return null;
    // PostgreSQL notices by itself that the process is gone, but not that another program has its process id.
    if (server && kind === 'other') await discardPidFile(folder, server);
    this.#launch();
    return null;
  }

  /** Waits for a start that is under way. The caller must not end before it. */
  async launchEnded(): Promise<void> {
    await this.#launching;
  }

  async #join(server: PidFile): Promise<ServerConnection | null> {
    const { folder } = this.#request.cluster;
    const answer = await joinServer({ folder, password: this.#password, ...server });
    switch (answer.kind) {
      case 'joined':
        return answer.connection;
      case 'wrong_password':
        throw new BundledServerError(
          `The PostgreSQL of ${folder} (process ${server.pid}) does not accept the password that is stored there: ` +
            `end that process, or choose another DATA_DIR`,
        );
      case 'other_folder':
        await discardPidFile(folder, server);
        return null;
      case 'absent':
        await this.#discardIfSilent(server);
        return null;
      case 'busy':
        this.#silent = null;
        return null;
    }
  }

  /**
   * Whether a server listens on a socket in the folder, although this process does not see that server. It may have just
   * been started. After a while it is the server of another container.
   */
  async #listensElsewhere(): Promise<boolean> {
    const { folder } = this.#request.cluster;
    if (!(await serverListens(folder))) return false;
    this.#unseen ??= AbortSignal.timeout(answersWithin);
    if (this.#unseen.aborted) throw new InUseElsewhereError(folder);
    return true;
  }

  /**
   * A server listens on its port from its first moment. If there is no answer for a while, the server has died and
   * another process has its process id.
   */
  async #discardIfSilent(server: PidFile): Promise<void> {
    if (this.#silent?.identity !== server.identity) {
      this.#silent = { identity: server.identity, deadline: AbortSignal.timeout(answersWithin) };
    }
    if (this.#silent.deadline.aborted) await discardPidFile(this.#request.cluster.folder, server);
  }

  #launch(): void {
    if (this.#failure !== null) throw this.#failure;
    this.#launching ??= this.#launchOnce()
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#launching = null;
      });
  }

  /** A start also fails when another process has just started the server. So only several failures in a row count. */
  async #launchOnce(): Promise<void> {
    const { cluster, settings } = this.#request;
    const reason = await launch(cluster, { settings, startId: this.startId });
    if (reason === null || ++this.#failedLaunches < launchesAtMost) return;
    const log = join(cluster.folder, logFile);
    throw new BundledServerError(
      `PostgreSQL cannot start on ${cluster.folder} (${reason}): see ${log}, choose another DATA_DIR, or ${useOwnDatabase}`,
    );
  }
}
