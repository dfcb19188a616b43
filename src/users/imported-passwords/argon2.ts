import argon2 from 'argon2';
import { base64Bytes } from './bytes.js';
import { type HashFamily, MALFORMED, paceOf, TOO_COSTLY, wholeNumber } from './format.js';

/** KiB: 256 MiB. */
const MOST_MEMORY = 2 ** 18;
/** KiB times passes: about a second. */
const MOST_WORK = 2 ** 20;
const MOST_LANES = 16;
const SHORTEST_SALT = 8;
const SHORTEST_HASH = 16;

/** PHC strings of argon2id, argon2i and argon2d, as they are, or behind `argon2` as Django writes them. */
export const argon2Family: HashFamily = {
  fromText(text) {
    const phc = text.startsWith('argon2$') ? text.slice('argon2'.length) : text;
    if (!phc.startsWith('$argon2')) return phc === text ? null : MALFORMED;
    const [, m, t, p, salt, hash] =
      /^\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc) ?? [];
    const [memory, passes, lanes] = [wholeNumber(m), wholeNumber(t), wholeNumber(p)];
    if (memory === null || passes === null || lanes === null || memory < 8 * lanes) return MALFORMED;
    const [saltBytes, hashBytes] = [base64Bytes(salt)?.length ?? 0, base64Bytes(hash)?.length ?? 0];
    if (saltBytes < SHORTEST_SALT || hashBytes < SHORTEST_HASH) return MALFORMED;
    if (memory > MOST_MEMORY || memory * passes > MOST_WORK || lanes > MOST_LANES) return TOO_COSTLY;
    const pace = paceOf('argon2', memory * passes);
    return { kind: 'password', pace, matches: (typed) => argon2.verify(phc, typed) };
  },
};
