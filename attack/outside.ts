import ipaddr from 'ipaddr.js';
import type { Answer, Api } from './api.js';
import { MOST_PER_DAY } from './guess-report.js';
import { freshNumber } from './numbers.js';
import type { Part } from './part.js';

const PARALLEL = 100;
const VOLLEYS = 3;

/** The URL of a service on this machine, or null. No other machine is attacked. */
export function loopbackUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, origin } = new URL(text);
  const address = hostname.replace(/^\[|\]$/g, '');
  const here = hostname === 'localhost' || (ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback');
  return protocol === 'http:' && here ? origin : null;
}

/**
 * Guesses at one number of a service that already runs on this machine. Its database cannot be read, so the answers are
 * counted. No code is requested, because the text might reach a stranger.
 */
export async function attackFromOutside(api: Api): Promise<Part<{ sent: number; evaluatedAtMost: number }>> {
  const phoneNumber = freshNumber();
  const answers: Answer[] = [];
  for (let volley = 0; volley < VOLLEYS; volley += 1) {
    const guess = (_: unknown, index: number) =>
      api.call('verifyOtp', { phoneNumber, otp: String(volley * PARALLEL + index).padStart(6, '0') });
    answers.push(...(await Promise.all(Array.from({ length: PARALLEL }, guess))));
  }
  const compared = answers.filter(({ kind }) => kind === 'InvalidOtpError').length;
  // The guess that locks the number gets the same answer as the guesses after it.
  const evaluatedAtMost = compared + (compared < answers.length ? 1 : 0);
  const met = evaluatedAtMost <= MOST_PER_DAY;
  const line = `  ${answers.length} sent, ${PARALLEL} at once; at most ${evaluatedAtMost} evaluated; aim: at most ${MOST_PER_DAY}`;
  const figures = { sent: answers.length, evaluatedAtMost };
  return { name: 'guesses at the codes of one number, from outside', met, figures, lines: [line] };
}
