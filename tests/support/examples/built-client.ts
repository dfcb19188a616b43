const SCRIPT = new URL('../../../scripts/build-client.js', import.meta.url);

/** Builds the client unless that is done: examples use it as applications do. */
export async function buildClientWhenNeeded(): Promise<void> {
  const script: { buildClientWhenNeeded(): void } = await import(SCRIPT.href);
  script.buildClientWhenNeeded();
}
