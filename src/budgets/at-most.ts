/**
 * How many entries an LRUCache keeps. By size, because its option `max` reserves room for all of them at once: that takes
 * several milliseconds of each start, and memory that most processes never fill.
 */
export function atMost(entries: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
