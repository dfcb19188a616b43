import DataLoader from 'dataloader';

/**
 * Reads a value by its key for one answer. All keys that are asked for in one turn are read together, each once, so a list
 * of a hundred items asks the database as often as a list of one.
 */
export type Loader<Value> = Pick<DataLoader<string, Value>, 'load'>;

/** One value for each key; null where `read` returns none. */
export function loaderOf<Value>(
  read: (keys: readonly string[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => string,
): Loader<Value | null> {
  return onFirstLoad(async (keys) => {
    const found = new Map((await read(keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** Several values for each key, in the order in which `read` returns them. */
export function listLoaderOf<Value>(
  read: (keys: readonly string[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => string,
): Loader<readonly Value[]> {
  return onFirstLoad(async (keys) => {
    const lists = new Map<string, Value[]>(keys.map((key) => [key, []]));
    for (const value of await read(keys)) lists.get(keyOf(value))?.push(value);
    return keys.map((key) => lists.get(key) ?? []);
  });
}

/** Each request has all loaders, and most requests use none. */
function onFirstLoad<Value>(read: (keys: readonly string[]) => Promise<Value[]>): Loader<Value> {
  let loader: DataLoader<string, Value> | undefined;
  return {
    load(key) {
      loader ??= new DataLoader(read);
      return loader.load(key);
    },
  };
}
