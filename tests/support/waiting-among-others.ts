import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start processes and servers of their own: they wait more than they compute. */
const WAITING = /\/tests\/(process|database)\/|\.browser\.test\.ts$/;

/** Spreads the files that wait among the others, so that at any time some workers wait while others compute. */
export class WaitingAmongOthers extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId));
    const computing = sorted.filter(({ moduleId }) => !WAITING.test(moduleId));
    const places = [waiting, computing].flatMap((group) =>
      group.map((file, index) => ({ file, place: index / group.length })),
    );
    return places.sort((one, other) => one.place - other.place).map(({ file }) => file);
  }
}
