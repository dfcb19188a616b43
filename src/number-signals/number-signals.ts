/** What a mobile network says. `unknown`: it cannot tell, or the number is not one of its own. `away`: it does not answer. */
export type SignalAnswer = 'yes' | 'no' | 'unknown' | 'away';

/** What mobile networks know of a number that changes hands. */
export interface NumberSignals {
  /** Whether the number moved to another SIM since then. */
  swappedSince(phoneNumber: string, since: Date): Promise<SignalAnswer>;
  /** Whether the number has another owner since then. */
  recycledSince(phoneNumber: string, since: Date): Promise<SignalAnswer>;
}

/** Where no network is asked. */
export const noSignals: NumberSignals = {
  swappedSince: async () => 'unknown',
  recycledSince: async () => 'unknown',
};
