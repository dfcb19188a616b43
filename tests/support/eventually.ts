/** Asks until the answer is there, at most 5 seconds: for what happens behind a caller's back. */
export async function eventually<Value>(
  ask: () => Promise<Value | null | undefined>,
  withinMs = 5_000,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const value = await ask();
    if (value !== null && value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come about within ${withinMs} ms.`);
}
