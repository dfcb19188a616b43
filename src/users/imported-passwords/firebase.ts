import { createCipheriv } from 'node:crypto';
import { base64Bytes, sameBytes } from './bytes.js';
import { type HashFamily, MALFORMED, paceOf, wholeNumber } from './format.js';
import { deriveScrypt, judgeCost, workOf } from './scrypt.js';

/**
 * Firebase's own scrypt (https://github.com/firebase/scrypt): the derived key encrypts the signer key of the project, by
 * AES-256 in counter mode from zero, and the result is the hash.
 */
export const firebaseFamily: HashFamily = {
  fromObject({ algorithm, ...fields }) {
    if (algorithm !== 'firebase-scrypt') return null;
    const [hash, salt, signerKey] = [fields['hash'], fields['salt'], fields['signerKey']].map(base64Bytes);
    // An empty separator is one, too.
    const separator = fields['saltSeparator'] === '' ? Buffer.alloc(0) : base64Bytes(fields['saltSeparator']);
    const [rounds, memCost] = [wholeNumber(fields['rounds']), wholeNumber(fields['memCost'])];
    if (!hash || !salt || !signerKey || !separator || memCost === null || hash.length !== signerKey.length)
      return MALFORMED;
    const cost = judgeCost({ N: 2 ** memCost, r: rounds, p: 1 });
    if ('kind' in cost) return cost;
    const salted = { salt: Buffer.concat([salt, separator]), length: KEY_BYTES, cost };
    return {
      kind: 'password',
      pace: paceOf('scrypt', workOf(cost)),
      matches: async (typed) => sameBytes(encrypt(signerKey, await deriveScrypt(typed, salted)), hash),
    };
  },
};

const KEY_BYTES = 32;
const IV_BYTES = 16;

function encrypt(signerKey: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(IV_BYTES));
  return Buffer.concat([cipher.update(signerKey), cipher.final()]);
}
