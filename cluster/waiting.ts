import { setTimeout as pause } from 'node:timers/promises';
import { hasEnded, type Part } from './parts.js';

interface Waiting {
  /** For the message when it takes too long. */
  readonly what: string;
  readonly seconds: number;
  /** Programs that must go on meanwhile. */
  readonly parts?: readonly Part[];
}

/** @throws when it is not true in time, or when a program has ended. */
export async function waitUntil(isTrue: () => Promise<boolean>, { what, seconds, parts = [] }: Waiting): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    if (await isTrue()) return;
    const ended = parts.find(hasEnded);
    if (ended) throw new Error(`${ended.name} has ended: ${ended.lastLines.join('\n')}`);
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s.${linesOf(parts)}`);
    await pause(100);
  }
}

/** The status that an address answers with. Null: no answer within a second. */
export async function statusOf(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

function linesOf(parts: readonly Part[]): string {
  return parts.map(({ name, lastLines }) => `\n${name}: ${lastLines.slice(-5).join('\n')}`).join('');
}
