import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Statements are written with Drizzle's query builder wherever it can say them (docs/architecture.md). */

interface SourceGraph {
  /** Source by path below `folder`. */
  readSources(folder: string): ReadonlyMap<string, string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const { readSources }: SourceGraph = await import(join(root, 'scripts/source-graph.js'));

const DATABASE = String.raw`(?:this\.#db|\b(?:db|transaction))`;
/** SQL text that is run as it is, or made into a statement once. */
const RAW = new RegExp(String.raw`${DATABASE}\s*\.execute\b|\bnew Statement\b`, 'g');
/** A statement of the builder. Subqueries are parts of one, so a chain counts where it is run or prepared. */
const BUILDER = new RegExp(
  String.raw`\b(?:await|return|=>)\s+${DATABASE}\s*(?:\.with\([^)]*\)\s*)?\.(?:select|selectDistinct|insert|update|delete)\(|\.prepare\(`,
  'g',
);

function countIn(source: string, pattern: RegExp): number {
  return [...source.matchAll(pattern)].length;
}

const counts = [...readSources(join(root, 'src'))]
  .filter(([path]) => path !== 'database/statement.ts')
  .map(([path, source]) => ({ path, raw: countIn(source, RAW), builder: countIn(source, BUILDER) }))
  .filter(({ raw, builder }) => raw + builder > 0);

it('statements in raw SQL are no more frequent than those of the query builder', () => {
  const raw = counts.reduce((sum, file) => sum + file.raw, 0);
  const builder = counts.reduce((sum, file) => sum + file.builder, 0);
  const lines = counts.map(
    (file) => `${String(file.raw).padStart(4)} : ${String(file.builder).padEnd(4)} ${file.path}`,
  );
  process.stdout.write(`raw : builder\n${lines.join('\n')}\n${raw} : ${builder} in all\n`);
  expect(builder).toBeGreaterThan(20);
  expect(raw).toBeLessThanOrEqual(builder);
});
