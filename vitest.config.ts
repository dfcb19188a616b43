import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { memoryFolder } from './tests/support/memory-folder.js';
import { SlowestFiles } from './tests/support/slowest-files.js';
import { WaitingAmongOthers } from './tests/support/waiting-among-others.js';

const folder = memoryFolder();
// Before any worker starts: `tmpdir()` of all tests and of what they start.
if (folder !== undefined) process.env['TMPDIR'] ??= folder;

export default defineConfig({
  // graphql is loaded once: by this name from its ES module and by CommonJS packages from the other one would be two.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // A default import of a CommonJS package is what Node makes of it.
    deps: { interopDefault: false },
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['reflect-metadata'],
    // Loading the service costs 2.3 s of processor time. Files of one worker share it; databases and services stay apart.
    isolate: false,
    // Many tests wait for processes and for PostgreSQL, so two more workers than processors.
    maxWorkers: availableParallelism() + 2,
    // For less processor time: collecting garbage seldom and by one thread, and optimizing only what runs very often. Most
    // functions of a worker do not, and V8 spent more time on optimizing them than in optimized code.
    execArgv: ['--max-semi-space-size=64', '--single-threaded-gc', '--interrupt-budget=1000000'],
    // Nothing that a test replaced is left to the next file.
    restoreMocks: true,
    unstubEnvs: true,
    sequence: { sequencer: WaitingAmongOthers },
    reporters: ['default', new SlowestFiles()],
    // Machines of two cores were seen to differ by a factor of three and a half. What hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
