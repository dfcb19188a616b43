/** What the attacking process asks of the one that runs the service, and is answered with. */
export type Command =
  | { readonly kind: 'open'; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'now' }
  | { readonly kind: 'code'; readonly phoneNumber: string }
  | { readonly kind: 'texts' };

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
}
