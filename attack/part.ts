/** The result of one part of the attack. */
export interface Part<Figures = unknown> {
  readonly name: string;
  readonly met: boolean;
  /** For machines. */
  readonly figures: Figures;
  /** For people. */
  readonly lines: readonly string[];
}

export interface PartOptions {
  /** Days of the service's time, per strategy. */
  readonly days: number;
  /** Pairs of a known and an unknown number. */
  readonly pairs: number;
  /** Texts to ask for in each scenario. */
  readonly sends: number;
  /** Accounts with a passkey whose SIM is stolen. */
  readonly accounts: number;
}
