/** Seconds after which an account trusts a device: a thief's is younger. */
export const SETTLED_AFTER = 7 * 86_400;
