/** Asks until the answer is there, at most 5 seconds: for what happens behind a caller's back. */
export async function eventually<Value>(ask: () => Promise<Value | null | undefined>): Promise<Value> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const value = await ask();
    if (value !== null && value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not come about within 5 seconds.');
}
