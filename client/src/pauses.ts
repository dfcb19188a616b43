export interface Pauses {
  begin(milliseconds: number): Promise<void>;
  /** Ends all, so that a process need not wait for them. */
  end(): void;
}

/** Between two tries to ask the service. All end early when the device is on a network again. */
export function pauses(): Pauses {
  const ends = new Set<() => void>();
  const endAll = () => {
    for (const end of ends) end();
  };
  globalThis.addEventListener?.('online', endAll);
  return {
    begin: (milliseconds) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          ends.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        ends.add(end);
      }),
    end: endAll,
  };
}
