import { type ConnectionTarget, targetOf } from './connection-target.js';
import { isSocket } from './hosts.js';

/** What an operator can do about a server that cannot be reached, by the code and the message of the error. */
const ADVICE: readonly { readonly code: RegExp; readonly message?: RegExp; readonly advice: string }[] = [
  {
    code: /^(UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO)/,
    advice: 'name the certificate of its authority with sslrootcert, or use sslmode=require, which checks none',
  },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    advice: 'use a host that the certificate is for, or sslmode=verify-ca, which checks no host',
  },
  { code: /^CERT_/, advice: 'give the server a certificate that is valid today' },
  {
    code: /^ECONNRESET$/,
    message: /before secure TLS connection/,
    advice: 'if the server has no TLS, use sslmode=disable',
  },
  { code: /^ERR_SSL_/, advice: 'see which versions of TLS the server takes (ssl_min_protocol_version)' },
  {
    code: /^25006$/,
    advice:
      'use the address of the primary, or name all hosts, or RESET default_transaction_read_only where that is on',
  },
  { code: /^28000$/, message: /no encryption|SSL off/, advice: 'the server wants TLS: use sslmode=require' },
  { code: /^28000$/, message: /SSL encryption|SSL on/, advice: 'the server wants no TLS: use sslmode=disable' },
];
const SOCKET_ADVICE = 'check the folder and the port of the Unix socket, and whether this user may use it';

/** Null: the error says enough by itself. */
export function connectionAdvice(
  { code, message }: { readonly code: string; readonly message: string },
  database: ConnectionTarget | string,
): string | null {
  const target = typeof database === 'string' ? targetOf(database) : database;
  if (/^(ENOENT|EACCES|ENOTSOCK|ECONNREFUSED)$/.test(code) && target.hosts.some(isSocket)) return SOCKET_ADVICE;
  const found = ADVICE.find((each) => each.code.test(code) && (each.message?.test(message) ?? true));
  return found?.advice ?? null;
}

/** Whether the code is one with which Node refuses a certificate. */
export function refusesCertificate(code: string): boolean {
  return /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|HOSTNAME_MISMATCH|INVALID_)/.test(code);
}
