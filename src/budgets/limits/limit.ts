/** One limit of the service, as docs/limits.md lists it. */
export interface Limit {
  /** What is limited. */
  readonly name: string;
  /** What the limit counts for: each of these has a count of its own. */
  readonly per: string;
  readonly size: LimitSize;
  /** Seconds; a setting's name where it is one; words where there are several; null where time does not matter. */
  readonly window: number | string | null;
  /** What a caller sees beyond the limit. */
  readonly seen: string;
}

export type LimitSize =
  | { readonly setting: string }
  | { readonly fixed: number; readonly unit: string }
  /** A part of a setting: one in so many, rounded up. */
  | { readonly setting: string; readonly oneIn: number }
  /** A multiple of a setting. */
  | { readonly setting: string; readonly times: number }
  /** A setting that is no number. */
  | { readonly setting: string; readonly unset: string }
  /** A part of other limits, at least one. */
  | { readonly times: number; readonly oneIn: number; readonly of: string };
