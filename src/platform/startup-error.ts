/** Why the service cannot start, where an operator can do something about it: one line that says what. */
export class StartupError extends Error {}

/** Why a command does nothing as it was typed: what to type instead. */
export class CommandError extends Error {}
