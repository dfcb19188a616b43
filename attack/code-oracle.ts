import { DAY, SECOND } from './campaign.js';
import { freshNumbers } from './numbers.js';
import type { Target } from './target.js';

/** One move of an attacker, some milliseconds after the begin. */
interface Move {
  readonly after: number;
  readonly kind: 'request' | 'guess';
}

/** Two guesses beyond each code and two into each lock: refused ones belong to the story. */
const PER_CODE = 5;
const PAUSE = 61 * SECOND;
const ROUNDS = 8;

/**
 * Asks the service itself instead of its books: one day's story is told of as many numbers as it has guesses, at the
 * same time, and in copy k the k-th guess is right. As many are let in as guesses would have been compared with a code
 * that was good.
 */
export async function acceptedGuesses(target: Target): Promise<{ guesses: number; accepted: number }> {
  const moves = story();
  const guesses = moves.filter(({ kind }) => kind === 'guess').length;
  const copies = freshNumbers(guesses);
  const begin = await target.now();
  const inside = new Set<string>();
  let turn = 0;
  for (const { after, kind } of moves) {
    await target.advance(begin + after - (await target.now()));
    const open = copies.filter((number) => !inside.has(number));
    if (kind === 'request') {
      await Promise.all(open.map((phoneNumber) => target.api.call('requestOtp', { phoneNumber })));
      continue;
    }
    const right = copies[turn];
    turn += 1;
    await Promise.all(
      open.map(async (phoneNumber) => {
        const code = await target.codeSentTo(phoneNumber);
        const otp = phoneNumber === right ? (code ?? '') : wrong(code);
        const { kind: answer } = await target.api.call('verifyOtp', { phoneNumber, otp });
        if (answer === 'VerifyOtpSuccess') inside.add(phoneNumber);
      }),
    );
  }
  return { guesses, accepted: inside.size };
}

/** Codes and guesses in rounds: some minute by minute, until the lock bites, then spread over the day. */
function story(): Move[] {
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
