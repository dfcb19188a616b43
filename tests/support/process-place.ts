import { dropFolder, freePort, makeFolder } from './process-folder.js';
import { type ProcessOptions, ServiceProcess } from './process-service.js';

type StartOptions = Partial<Pick<ProcessOptions, 'env' | 'command'>>;

/** A folder to start processes in. Whatever is started there is ended with it, by process id. */
export class ProcessPlace {
  readonly folder: string;
  readonly #processes: ServiceProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ProcessPlace> {
    return new ProcessPlace(await makeFolder());
  }

  /** Starts the service with nothing in its environment but `env` and a port that is free. */
  async start({ env = {}, ...options }: StartOptions = {}): Promise<ServiceProcess> {
    const port = env['PORT'] ?? String(await freePort());
    const started = new ServiceProcess({ ...options, folder: this.folder, env: { ...env, PORT: port } });
    this.#processes.push(started);
    return started;
  }

  /** As `start`, and waits until it answers. */
  async startReady(options?: StartOptions): Promise<ServiceProcess> {
    const started = await this.start(options);
    return started.ready();
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()));
    await dropFolder(this.folder);
  }
}
