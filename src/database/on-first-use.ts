/** What is made from makers of the same names. */
type Made<Makers extends Readonly<Record<string, () => unknown>>> = {
  readonly [Name in keyof Makers]: ReturnType<Makers[Name]>;
};

/**
 * Makes each part when it is first asked for, and keeps it. Making the texts of all statements takes a good part of a start,
 * and most processes run few of them soon.
 */
export function onFirstUse<Makers extends Readonly<Record<string, () => unknown>>>(makers: Makers): Made<Makers> {
  const parts = {};
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(parts, name, {
      configurable: true,
      get() {
        const value = make();
        Object.defineProperty(parts, name, { value });
        return value;
      },
    });
  }
  return parts as Made<Makers>;
}
