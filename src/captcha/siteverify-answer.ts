import { z } from 'zod';
import type { CaptchaVerdict } from './captcha-verifier.js';

/** An answer is about half a kilobyte. */
const MAX_ANSWER_BYTES = 16_384;

const answerSchema = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string()).default([]),
});

export interface SiteverifyVerdict {
  readonly verdict: CaptchaVerdict;
  /** For the log: from a closed set, so that it holds nothing that the caller sent. Null where there is nothing to say. */
  readonly reason: string | null;
}

/** Codes that speak of our settings: no caller can bring them about, and none is to blame. */
const ourMistakes: ReadonlySet<string> = new Set(['missing-input-secret', 'invalid-input-secret']);
/** Codes that speak of the provider. */
const theirMistakes: ReadonlySet<string> = new Set(['internal-error']);

/** Reads what a provider answered. Anything that is not clearly a pass is none. */
export async function readAnswer(response: Response): Promise<SiteverifyVerdict> {
  const { ok, status } = response;
  if (status >= 500) return { verdict: 'unavailable', reason: `HTTP_${status}` };
  const answer = answerSchema.safeParse(await readJson(response));
  if (!answer.success && ok) return { verdict: 'unavailable', reason: 'garbage' };
  // Too much, too long, too many: what was sent, or how often, is up to the callers.
  if (!answer.success) return { verdict: 'failed', reason: `HTTP_${status}` };
  const { success, 'error-codes': codes } = answer.data;
  const mistake = codes.find((code) => ourMistakes.has(code)) ?? codes.find((code) => theirMistakes.has(code));
  if (mistake !== undefined) return { verdict: 'unavailable', reason: mistake };
  return { verdict: success && ok && codes.length === 0 ? 'passed' : 'failed', reason: null };
}

export function isOurMistake(reason: string | null): boolean {
  return reason !== null && ourMistakes.has(reason);
}

/** The body as JSON; undefined if it is none or too long. */
async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the rest.
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
