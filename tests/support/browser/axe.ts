import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`;

/** What axe finds wrong with a page as it is now. Its own styles may break the policy of the page. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return (await page.evaluate(RUN)) as string[];
}
