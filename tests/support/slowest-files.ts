import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

/** Prints at the end of a run where its time went: the files that took longest, with their imports. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const slowest = modules.map(timeOf).sort((one, other) => other.seconds - one.seconds);
    const total = slowest.reduce((sum, { seconds }) => sum + seconds, 0);
    const lines = slowest.slice(0, SHOWN).map(({ seconds, tests, file }) => {
      return `${seconds.toFixed(1).padStart(7)} s  ${file} (${tests} tests)`;
    });
    process.stdout.write(`\nSlowest of ${modules.length} files, ${total.toFixed(0)} s in all:\n${lines.join('\n')}\n`);
  }
}

function timeOf(module: TestModule) {
  const { collectDuration, duration } = module.diagnostic();
  const tests = [...module.children.allTests()].length;
  return { seconds: (collectDuration + duration) / 1000, tests, file: module.relativeModuleId };
}
