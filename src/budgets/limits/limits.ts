import { emailLimits } from './email-limits.js';
import { guessLimits } from './guess-limits.js';
import { registrationLimits } from './registration-limits.js';
import { requestLimits } from './request-limits.js';
import { textLimits } from './text-limits.js';

/**
 * Every limit on what clients do over time: what is not a setting has its value in this folder and nowhere else. Those on one
 * document and one request are in graphql/document-limits.ts and http/http-limits.ts.
 */
export const limits = {
  ...guessLimits,
  ...textLimits,
  ...emailLimits,
  ...registrationLimits,
  ...requestLimits,
} as const;
