/** Where the client keeps what outlasts it: `localStorage`, AsyncStorage of React Native, or yours. */
export interface AccountsStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
  /** Whether no other tab or process reads it. */
  readonly ofOneClient?: boolean;
}

/** Keeps everything as long as the client lives: for servers, scripts and tests. */
export function memoryStorage(): AccountsStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    ofOneClient: true,
  };
}

/** Values by name. What a storage does not take, because it is full or forbidden, lasts until the page closes. */
export interface KeptValues {
  get<Value>(name: string): Promise<Value | null>;
  /** Null removes. */
  set(name: string, value: unknown): Promise<void>;
}

/** What each client keeps, for the sign-in form of the same client. */
export const keptBy = new WeakMap<object, KeptValues>();

/** @param storage null: there is none */
export function keptValues(storage: AccountsStorage | null, prefix: string): KeptValues {
  const unsaved = new Map<string, string | null>();
  // Secure storage of phones takes no other characters in keys.
  const keyOf = (name: string) => `${prefix}.${name}`.replace(/[^\w.-]+/g, '_');
  return {
    async get(name) {
      try {
        const text = unsaved.has(name) ? unsaved.get(name) : await storage?.getItem(keyOf(name));
        return JSON.parse(text ?? 'null');
      } catch {
        return null;
      }
    },
    async set(name, value) {
      const text = value === null ? null : JSON.stringify(value);
      unsaved.set(name, text);
      try {
        if (!storage) return;
        await (text === null ? storage.removeItem(keyOf(name)) : storage.setItem(keyOf(name), text));
        unsaved.delete(name);
      } catch {}
    },
  };
}

/** `localStorage`, where there is one and the user allows it. */
export function browserStorage(): AccountsStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
