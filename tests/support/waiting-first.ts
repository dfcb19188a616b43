import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start processes and servers of their own: they wait more than they compute. */
const WAITING = /\/tests\/(process|database)\/|\.browser\.test\.ts$/;

/** Begins with the files that wait, so that the others fill the gaps and none of the long ones is left for the end. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = (file: TestSpecification) => WAITING.test(file.moduleId);
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}
