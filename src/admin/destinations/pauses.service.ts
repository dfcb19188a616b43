/** A pause as administrators see it. */
export interface ShownPause {
  readonly id: string;
  readonly destination: string;
  /** ISO 3166-1 alpha-2; null: of no country. */
  readonly country: string | null;
  readonly reason: string;
  readonly pausedAt: Date;
  readonly pausedUntil: Date;
}
