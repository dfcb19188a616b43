/** What the attacking process asks of the one that runs the service, and is answered with. */
export type Command =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'now' }
  | { readonly kind: 'code'; readonly phoneNumber: string }
  | { readonly kind: 'texts' };

export interface OpenOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Makes limits across numbers as wide as their settings allow, where something else is measured. */
  readonly wide?: boolean;
}

export interface Asked {
  readonly id: number;
  readonly command: Command;
}

export interface Told {
  readonly id: number;
  readonly value?: unknown;
  readonly problem?: string;
}

export interface Opened {
  readonly url: string;
  readonly databaseUrl: string;
  /** The service's settings in force, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}
