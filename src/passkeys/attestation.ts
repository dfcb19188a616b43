/** CBOR of `{ fmt: 'none', attStmt: {}, authData:` up to the bytes, whose length follows in two bytes. */
const NO_STATEMENT = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex');
const BYTES_OF_TWO = 0x59;

/**
 * What an authenticator registers, without what its maker says of it. No statement is asked for. To check one that comes all the same, the
 * library reads certificates, builds chains of them without asking who may sign which, and fetches the lists of revoked ones
 * from the addresses in them: a stranger would choose what the service calls.
 */
export function withoutStatement(authenticatorData: Uint8Array): string {
  const head = Buffer.from([BYTES_OF_TWO, authenticatorData.length >> 8, authenticatorData.length & 0xff]);
  return Buffer.concat([NO_STATEMENT, head, authenticatorData]).toString('base64url');
}
