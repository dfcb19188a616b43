import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemRandom } from '../platform/random.js';
import { type Cluster, readPassword } from './cluster.js';
import { BundledServerError, ownDatabase } from './error.js';
import { discardPidFile, type PidFile, processKind, readPidFile } from './pid-file.js';
import { launch, logFile } from './postmaster.js';
import { joinServer, type Session } from './session.js';

export interface Wanted {
  readonly cluster: Cluster;
  readonly settings: Readonly<Record<string, string>>;
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
}

// Recovery after a crash can take its time; a server that nobody answers for is soon known to be none.
const readyWithin = 60_000;
const answersWithin = 2_000;
const launchesAtMost = 5;

/**
 * Joins the server of a cluster, and starts it where none runs. Others may start and stop it at the same time: each
 * round looks at what is there now. PostgreSQL's own lock lets one of several starts win, the rest join that one.
 * @throws BundledServerError
 */
export async function obtainServer(wanted: Wanted): Promise<Session & { readonly adopted: boolean }> {
  const search = new Search(wanted, await readPassword(wanted.cluster.folder));
  const deadline = AbortSignal.any([wanted.signal, AbortSignal.timeout(readyWithin)]);
  try {
    for (let wait = 5; !deadline.aborted; wait = Math.min(wait * 1.5, 100)) {
      const session = await search.round();
      if (session) return { ...session, adopted: session.mark !== search.mark };
      await pause(wait);
    }
  } catch (error) {
    await search.launchEnded();
    throw error;
  }
  await search.launchEnded();
  const log = join(wanted.cluster.folder, logFile);
  throw new BundledServerError(
    `PostgreSQL on ${wanted.cluster.folder} does not get ready: see ${log}, or end that server and start again`,
  );
}

class Search {
  readonly mark = systemRandom.bytes(8).toString('hex');
  readonly #wanted: Wanted;
  readonly #password: string;
  #launching: Promise<void> | null = null;
  #failedLaunches = 0;
  #failure: unknown = null;
  #silent: { readonly identity: string; readonly patience: AbortSignal } | null = null;

  constructor(wanted: Wanted, password: string) {
    this.#wanted = wanted;
    this.#password = password;
  }

  async round(): Promise<Session | null> {
    const { folder } = this.#wanted.cluster;
    const server = await readPidFile(folder);
    const kind = server ? await processKind(server.pid) : 'none';
    if (server && kind === 'server') return this.#join(server);
    // PostgreSQL itself sees that a process is gone, but not that it is another program.
    if (server && kind === 'other') await discardPidFile(folder, server);
    this.#launch();
    return null;
  }

  /** A start that is under way must not outlive its caller unnoticed. */
  async launchEnded(): Promise<void> {
    await this.#launching;
  }

  async #join(server: PidFile): Promise<Session | null> {
    const { folder } = this.#wanted.cluster;
    const answer = await joinServer({ folder, password: this.#password, port: server.port });
    switch (answer.kind) {
      case 'joined':
        return answer.session;
      case 'denied':
        throw new BundledServerError(
          `The PostgreSQL of ${folder} (process ${server.pid}) does not take the password that is kept there: ` +
            `end that process, or choose another DATA_DIR`,
        );
      case 'elsewhere':
        await discardPidFile(folder, server);
        return null;
      case 'absent':
        await this.#doubt(server);
        return null;
      case 'busy':
        this.#silent = null;
        return null;
    }
  }

  /** A server listens from its first moment, so one that stays silent has died and its process id has a new owner. */
  async #doubt(server: PidFile): Promise<void> {
    if (this.#silent?.identity !== server.identity) {
      this.#silent = { identity: server.identity, patience: AbortSignal.timeout(answersWithin) };
    }
    if (this.#silent.patience.aborted) await discardPidFile(this.#wanted.cluster.folder, server);
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

  /** A failure may be another process's success, so only several of them count. */
  async #launchOnce(): Promise<void> {
    const { cluster, settings } = this.#wanted;
    const reason = await launch(cluster, { settings, mark: this.mark });
    if (reason === null || ++this.#failedLaunches < launchesAtMost) return;
    const log = join(cluster.folder, logFile);
    throw new BundledServerError(
      `PostgreSQL cannot start on ${cluster.folder} (${reason}): see ${log}, choose another DATA_DIR, or ${ownDatabase}`,
    );
  }
}
