/** Milliseconds. */
const LONGEST = 60_000;

/** Asks until the answer is there: for what happens behind a caller's back. */
export async function eventually<Value>(ask: () => Promise<Value | null | undefined>): Promise<Value> {
  const deadline = Date.now() + LONGEST;
  while (Date.now() < deadline) {
    const value = await ask();
    if (value !== null && value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come about within ${LONGEST} ms.`);
}
