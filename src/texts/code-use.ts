/** What a code does besides signing in. Its message says so: people are talked into reading codes out. */
export const codeUses = ['RESET_PASSWORD', 'CHANGE_PHONE'] as const;
/** The same of codes that come by email only. */
export const emailUses = ['VERIFY_EMAIL', 'REAUTHENTICATE', 'CONTINUE_SIGN_IN'] as const;
export type CodeUse = (typeof codeUses)[number] | (typeof emailUses)[number];

/** What the message with a code of this purpose says that it does; null: nothing particular. */
export function codeUseOf(purpose: string): CodeUse | null {
  return [...codeUses, ...emailUses].find((use) => use === purpose) ?? null;
}
