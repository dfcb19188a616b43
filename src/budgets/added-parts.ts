import type { UnspentPart } from './lease.repository.js';

/** One part for each key: a statement updates a row once. Of several slots the oldest one gets everything. */
export function addedParts(parts: readonly UnspentPart[]): UnspentPart[] {
  const sums = new Map<string, UnspentPart>();
  for (const { key, slot, units } of parts) {
    const sum = sums.get(key);
    sums.set(key, { key, slot: Math.min(slot, sum?.slot ?? slot), units: units + (sum?.units ?? 0) });
  }
  return [...sums.values()];
}
