import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Whether a certificate is for a host, as libpq decides it. Node compares an IP address only with the addresses in the
 * certificate. libpq also takes a name there that spells the address, and the common name where no address is given.
 */
export function identityProblem(host: string, certificate: PeerCertificate): Error | undefined {
  const address = host.replace(/%.*$/, '');
  const problem = checkServerIdentity(address, certificate);
  if (problem === undefined || isIP(address) === 0) return problem;
  const alternatives = certificate.subjectaltname?.split(', ') ?? [];
  if (alternatives.includes(`DNS:${address}`)) return undefined;
  const hasAddress = alternatives.some((each) => each.startsWith('IP Address:'));
  return !hasAddress && certificate.subject?.CN === address ? undefined : problem;
}
