/** The service cannot start, and an operator can change that. The message is one line that says how. */
export class StartupError extends Error {}

/** A command was typed wrongly. The message says what to type instead. */
export class CommandError extends Error {}
