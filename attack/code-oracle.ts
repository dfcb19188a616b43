import { DAY, SECOND } from './campaign.js';
import { freshNumbers } from './numbers.js';
import type { Target } from './target.js';

/** One step of an attacker, `after` milliseconds from the beginning. */
interface Move {
  readonly after: number;
  readonly kind: 'request' | 'guess';
}

/** Two more guesses than a code allows, so that the plan also contains refused guesses. */
const PER_CODE = 5;
const PAUSE = 61 * SECOND;
const ROUNDS = 8;

/**
 * Counts the compared guesses of one day, with the latest request token, without reading the service's database. The plan of the day runs for as many
 * numbers at once as it has guesses. For number k, the k-th guess is right. The number of successful sign-ins is the
 * number of guesses that the service compares with a valid code.
 */
export async function acceptedGuesses(target: Target): Promise<{ guesses: number; accepted: number }> {
  const moves = planOfADay();
  const guesses = moves.filter(({ kind }) => kind === 'guess').length;
  const copies = freshNumbers(guesses);
  const begin = await target.now();
  const inside = new Set<string>();
  const tokens = new Map<string, string | null>();
  let turn = 0;
  for (const { after, kind } of moves) {
    await target.advance(begin + after - (await target.now()));
    const open = copies.filter((number) => !inside.has(number));
    if (kind === 'request') {
      await Promise.all(
        open.map(async (phoneNumber) => {
          const { requestToken } = await target.api.call('requestOtp', { phoneNumber });
          tokens.set(phoneNumber, requestToken);
        }),
      );
      continue;
    }
    const right = copies[turn];
    turn += 1;
    await Promise.all(
      open.map(async (phoneNumber) => {
        const code = await target.codeSentTo(phoneNumber);
        const requestToken = tokens.get(phoneNumber) ?? null;
        const otp = phoneNumber === right ? (code ?? '') : wrong(code);
        const { kind: answer } = await target.api.call('verifyOtp', { phoneNumber, otp, requestToken });
        if (answer === 'VerifyOtpSuccess') inside.add(phoneNumber);
      }),
    );
  }
  return { guesses, accepted: inside.size };
}

/**
 * Requests and guesses in rounds: the first rounds follow each other until the lock, the others spread over the day.
 */
function planOfADay(): Move[] {
  const moves: Move[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = round < 3 ? round * PAUSE : (round / ROUNDS) * DAY;
    moves.push({ after: begin, kind: 'request' });
    for (let guess = 0; guess < PER_CODE; guess += 1)
      moves.push({ after: begin + (guess + 1) * SECOND, kind: 'guess' });
  }
  return moves;
}

function wrong(code: string | null): string {
  return code === '000000' ? '111111' : '000000';
}
