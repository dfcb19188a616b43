/** What a code does besides signing in. Its message says so: people are talked into reading codes out. */
export const codeUses = ['RESET_PASSWORD', 'CHANGE_PHONE'] as const;
export type CodeUse = (typeof codeUses)[number];

/** What the message with a code of this purpose says that it does; null: nothing particular. */
export function codeUseOf(purpose: string): CodeUse | null {
  return codeUses.find((use) => use === purpose) ?? null;
}
