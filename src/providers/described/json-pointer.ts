/** The steps of a JSON pointer (RFC 6901). A step `*` stands for an entry of a list (`placeOf`). */
function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is at a place of a document. Undefined: there is no such place. */
export function valueAt(document: unknown, pointer: string): unknown {
  return stepsOf(pointer).reduce(memberOf, document);
}

/** The first of some places that holds a text or a number. */
export function firstScalarAt(document: unknown, pointers: string | readonly string[]): string | number | undefined {
  for (const pointer of [pointers].flat()) {
    const value = valueAt(document, pointer);
    if (typeof value === 'string' || typeof value === 'number') return value;
  }
  return undefined;
}

/** A pointer with its stars replaced by the indices of one entry, in their order. */
export function placeOf(pointer: string, indices: readonly number[]): string {
  let next = 0;
  return pointer.replace(/(?<=\/)\*(?=\/|$)/g, () => String(indices[next++] ?? 0));
}

/** How many stars a pointer has. */
export function starsIn(pointer: string): number {
  return stepsOf(pointer).filter((step) => step === '*').length;
}

/**
 * The indices of every entry that a pointer with stars leads to: `/results/*` of two results is `[[0], [1]]`.
 * @param most how many are read at most
 */
export function entriesAt(document: unknown, each: string, most: number): number[][] {
  return walk(document, stepsOf(each), []).slice(0, most);
}

function walk(value: unknown, [step, ...rest]: readonly string[], indices: number[]): number[][] {
  if (step === undefined) return [indices];
  if (step !== '*') return walk(memberOf(value, step), rest, indices);
  return Array.isArray(value) ? value.flatMap((entry, index) => walk(entry, rest, [...indices, index])) : [];
}

/** Own members only: a provider must not reach `/constructor/name`. */
function memberOf(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[step];
}
