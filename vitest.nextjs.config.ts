import { defineConfig, mergeConfig } from 'vitest/config';
import suite from './vitest.config.js';

/** The example for Next.js, whose 342 MB of packages are installed apart: `npm run test:nextjs`. */
export default mergeConfig(
  { ...suite, test: { ...suite.test, include: [], reporters: ['default'] } },
  defineConfig({ test: { include: ['tests/examples/nextjs.browser.ts'], hookTimeout: 300_000 } }),
);
