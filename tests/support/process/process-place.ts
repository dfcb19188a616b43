import { join } from 'node:path';
import { inject } from 'vitest';
import { freePort } from './free-port.js';
import { dropFolder, linkCheckout, makeFolder } from './process-folder.js';
import { type ProcessOptions, ServiceProcess } from './process-service.js';
import { copyReadyCluster } from './ready-cluster.js';

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

  /** As a first start leaves it: the bundled database is set up. */
  static async makeSetUp(): Promise<ProcessPlace> {
    const place = await ProcessPlace.make();
    await place.setUp();
    return place;
  }

  /** Sets the bundled database up, as a first start does. */
  async setUp(): Promise<void> {
    await copyReadyCluster(inject('readyCluster'), join(this.folder, 'data'));
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

  /** `npm start` in a checkout of its own, until it answers. */
  async startByNpm(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    await linkCheckout(this.folder);
    const { PATH = '' } = process.env;
    const ofNpm = { PATH, HOME: this.folder, npm_config_update_notifier: 'false' };
    return this.startReady({ command: ['npm', 'start'], env: { ...ofNpm, ...env } });
  }

  /** What all of them have printed. */
  get output(): string {
    return this.#processes.map(({ stdout, stderr }) => stdout + stderr).join('');
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()));
    await dropFolder(this.folder);
  }
}
