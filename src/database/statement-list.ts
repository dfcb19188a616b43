export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly parameterCount: number;
}

/** Every statement with a fixed text: tests measure them, and traces name them. */
export const statements: NamedStatement[] = [];
