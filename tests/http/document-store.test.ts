import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { documentStore } from '../../src/graphql/document-store.js';

/** How many of 250 different documents are still held, and whether the latest is. */
async function held(document: (index: number) => string): Promise<{ count: number; latest: boolean }> {
  const store = documentStore();
  for (let index = 0; index < 250; index += 1) await store.set(String(index), parse(document(index)));
  const found = await Promise.all(Array.from({ length: 250 }, (_, index) => store.get(String(index))));
  return { count: found.filter(Boolean).length, latest: Boolean(found.at(-1)) };
}

test('all documents of a front end are held', async () => {
  expect(await held((index) => `query Q${index} { me { id email } }`)).toEqual({ count: 250, latest: true });
});

test('strangers fill no memory with documents, be they long or short with long comments', async () => {
  const long = await held((index) => `query Q${index} { me { ${'id '.repeat(900)} } }`);
  const commented = await held((index) => `#${'x'.repeat(60_000)}\nquery Q${index} { me { id } }`);
  for (const { count, latest } of [long, commented]) {
    expect(latest).toBe(true);
    expect(count).toBeLessThan(150);
  }
});
