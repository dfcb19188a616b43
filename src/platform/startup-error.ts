/** Why the service cannot start, where an operator can do something about it: one line that says what. */
export class StartupError extends Error {}
