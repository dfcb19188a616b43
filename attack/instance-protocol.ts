/** The messages between the attacking process and the process that runs the service. */
export type Command =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'now' }
  | { readonly kind: 'code'; readonly phoneNumber: string }
  | { readonly kind: 'texts' };

export interface OpenOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sets limits across numbers as wide as their settings allow, because another limit is measured. */
  readonly wide?: boolean;
}

export interface CommandMessage {
  readonly id: number;
  readonly command: Command;
}

export interface ResultMessage {
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
