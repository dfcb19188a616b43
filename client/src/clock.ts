/** Seconds by a clock that cannot be set. It says nothing about the time of day. */
export const seconds = (): number => (globalThis.performance ?? Date).now() / 1000;

export const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time * 1000));

/** What a result says in seconds from now, except for the age of a proof. */
const COUNTED = /(After|In|For)Seconds$/;

/** Makes the seconds of a result count down: read again later, they are fewer. */
export function countDown<Result extends object>(result: Result): Result {
  for (const [key, value] of Object.entries(result)) {
    if (!COUNTED.test(key) || value === null) continue;
    const end = seconds() + value;
    const get = () => Math.max(0, Math.ceil(end - seconds()));
    Object.defineProperty(result, key, { get });
  }
  return result;
}
