/** The ways in which users prove who they are, as the API names them. */
export const proofMethods = ['PHONE_OTP', 'EMAIL_OTP', 'PASSWORD', 'PASSKEY'] as const;
export type ProofMethod = (typeof proofMethods)[number];

/** As sessions keep them: when each way of proving was last used, in ISO 8601. */
export type StoredProofs = { readonly [Method in ProofMethod]?: string };

/** What a session knows of its user's proofs. */
export interface ProvedSession {
  readonly proofs: StoredProofs;
  /** When the user last proved who they are, and how: for sessions that began before `proofs` was kept. */
  readonly authenticatedAt: Date;
  readonly authenticationMethods: readonly string[];
}

export function newProofs(methods: readonly ProofMethod[], now: Date): StoredProofs {
  return Object.fromEntries(methods.map((method) => [method, now.toISOString()]));
}

/** When this way of proving was last used in the session; null: never. */
export function provedAt({ proofs, ...session }: ProvedSession, method: ProofMethod): Date | null {
  const at = proofs[method];
  if (at !== undefined) return new Date(at);
  if (Object.keys(proofs).length > 0) return null;
  const earlier: Partial<Record<ProofMethod, string>> = { PHONE_OTP: 'otp', PASSWORD: 'pwd' };
  return session.authenticationMethods.includes(earlier[method] ?? '') ? session.authenticatedAt : null;
}
