import { setTimeout as pause } from 'node:timers/promises';
import type { GraphqlClient } from './process-graphql.js';
import type { ServiceProcess } from './process-service.js';

/** What a load balancer does: sends requests to the processes by turns, and none to one that is being replaced. */
export class Balancer implements GraphqlClient {
  readonly #serving: ServiceProcess[];
  readonly #underWay = new Map<ServiceProcess, number>();
  #turn = 0;

  constructor(serving: readonly ServiceProcess[]) {
    this.#serving = [...serving];
  }

  async graphql(...request: Parameters<GraphqlClient['graphql']>) {
    this.#turn += 1;
    const chosen = this.#serving[this.#turn % this.#serving.length];
    if (!chosen) throw new Error('No process serves.');
    this.#count(chosen, 1);
    return chosen.client.graphql(...request).finally(() => this.#count(chosen, -1));
  }

  /** Stops the process that has served longest, once its requests are answered, and then starts another one. */
  async replaceOldest(start: () => Promise<ServiceProcess>): Promise<void> {
    const oldest = this.#serving.shift();
    if (!oldest) throw new Error('No process serves.');
    while (this.#underWay.get(oldest)) await pause(5);
    await oldest.stop();
    this.#serving.push(await start());
  }

  #count(process: ServiceProcess, change: 1 | -1): void {
    this.#underWay.set(process, (this.#underWay.get(process) ?? 0) + change);
  }
}
