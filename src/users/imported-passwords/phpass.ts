import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type HashFamily, MALFORMED, paceOf, TOO_COSTLY } from './format.js';
import { sameBytes } from './bytes.js';

const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** WordPress took 13. */
const MOST_ROUNDS = 16;
const FEWEST_ROUNDS = 7;
/** No thread of the pool does MD5, so other work gets its turn after so many digests: a few milliseconds. */
const DIGESTS_AT_ONCE = 2048;

/** Portable phpass, as WordPress wrote it up to 6.7 (`$P$`), and phpBB (`$H$`): many rounds of MD5. */
export const phpassFamily: HashFamily = {
  fromText(text) {
    if (!/^\$[PH]\$/.test(text)) return null;
    const [, digit = '', salt = '', hash] = /^\$[PH]\$(.)(.{8})([./0-9A-Za-z]{22})$/.exec(text) ?? [];
    const rounds = DIGITS.indexOf(digit);
    if (hash === undefined || rounds < FEWEST_ROUNDS) return MALFORMED;
    if (rounds > MOST_ROUNDS) return TOO_COSTLY;
    return {
      kind: 'password',
      pace: paceOf('phpass', 2 ** rounds),
      matches: async (typed) =>
        sameBytes(Buffer.from(encode(await digest(typed, salt, 2 ** rounds))), Buffer.from(hash)),
    };
  },
};

async function digest(typed: string, salt: string, rounds: number): Promise<Buffer> {
  const password = Buffer.from(typed);
  let state = createHash('md5').update(salt).update(password).digest();
  for (let round = 1; round <= rounds; round += 1) {
    state = createHash('md5').update(state).update(password).digest();
    if (round % DIGESTS_AT_ONCE === 0) await nextTurn();
  }
  return state;
}

/** Three bytes are four digits, the lowest six bits first. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3);
    const value = group.reduce((sum, byte, place) => sum | (byte << (8 * place)), 0);
    for (let place = 0; place <= group.length; place += 1) text += DIGITS[(value >> (6 * place)) & 63];
  }
  return text;
}
