import pLimit, { type LimitFunction } from 'p-limit';

/** A lane and how many tasks are in it. */
interface Lane {
  readonly limit: LimitFunction;
  tasks: number;
}

/** Lanes side by side. In each, so many tasks run at the same moment, and the others wait in the order in which they came. */
export class GuessLanes {
  readonly #lanes = new Map<string, Lane>();

  async run<Outcome>({ name, width }: { name: string; width: number }, task: () => Promise<Outcome>): Promise<Outcome> {
    const lane = this.#lanes.get(name) ?? { limit: pLimit(width), tasks: 0 };
    this.#lanes.set(name, lane);
    lane.tasks += 1;
    try {
      return await lane.limit(task);
    } finally {
      lane.tasks -= 1;
      if (lane.tasks === 0) this.#lanes.delete(name);
    }
  }
}
