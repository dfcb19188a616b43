import { z } from 'zod';
import type { CaptchaVerdict } from './captcha-verifier.js';

/** Usual answers have about half a kilobyte. */
const MAX_ANSWER_BYTES = 16_384;

const answerSchema = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string()).default([]),
});

export interface SiteverifyVerdict {
  readonly verdict: CaptchaVerdict;
  /**
   * For the log. It comes from a fixed set, so it holds nothing that the caller sent. Null if there is nothing to log.
   */
  readonly reason: string | null;
}

/** Error codes about our settings. A caller cannot cause them. */
const configurationErrors: ReadonlySet<string> = new Set(['missing-input-secret', 'invalid-input-secret']);
/** Error codes about the provider itself. */
const providerErrors: ReadonlySet<string> = new Set(['internal-error']);

/** Reads the answer of a provider. Only a clear pass counts as passed. */
export async function readAnswer(response: Response): Promise<SiteverifyVerdict> {
  const { ok, status } = response;
  if (status >= 500) return { verdict: 'unavailable', reason: `HTTP_${status}` };
  const answer = answerSchema.safeParse(await readJson(response));
  if (!answer.success && ok) return { verdict: 'unavailable', reason: 'garbage' };
  // Callers can cause these statuses: by a token that is too long, or by too many calls.
  if (!answer.success) return { verdict: 'failed', reason: `HTTP_${status}` };
  const { success, 'error-codes': codes } = answer.data;
  const mistake = codes.find((code) => configurationErrors.has(code)) ?? codes.find((code) => providerErrors.has(code));
  if (mistake !== undefined) return { verdict: 'unavailable', reason: mistake };
  return { verdict: success && ok && codes.length === 0 ? 'passed' : 'failed', reason: null };
}

export function isConfigurationError(reason: string | null): boolean {
  return reason !== null && configurationErrors.has(reason);
}

/** The body as JSON; undefined if it is not JSON or too long. */
async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the download.
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
