/** Rows that are no longer needed, and how to remove some of them. Each room names its own; housekeeping/ runs them. */
export interface Chore {
  /** For the log: `sessions`. */
  readonly name: string;
  /** Removes up to `most` rows and tells how many it removed. Several processes may do so at the same time. */
  remove(now: Date, most: number): Promise<number>;
}

export function chore(name: string, store: { removeOver: Chore['remove'] }): Chore {
  return { name, remove: (now, most) => store.removeOver(now, most) };
}
