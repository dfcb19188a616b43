import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import { identityProblem } from '../../src/database/connection-target/server-identity.js';
import { issue } from '../support/self-signed.js';

/** Someone in between shows a certificate for another host: what `sslmode=verify-full` of libpq takes, and no more. */

function fits(host: string, { name = 'database', hosts = [] as string[] }): boolean {
  const { subjectAltName, subject } = new X509Certificate(issue({ name, hosts }).cert);
  const certificate = { subject: { CN: subject?.replace('CN=', '') }, subjectaltname: subjectAltName };
  return identityProblem(host, certificate as unknown as PeerCertificate) === undefined;
}

test.each([
  ['127.0.0.1', { hosts: ['127.0.0.1'] }, true],
  ['::1', { hosts: ['::1'] }, true],
  ['::1%lo', { hosts: ['::1'] }, true],
  ['10.0.0.1', { hosts: ['db.example.com', '10.0.0.1'] }, true],
  ['10.0.0.2', { hosts: ['db.example.com', '10.0.0.1'] }, false],
  ['10.0.0.2', { hosts: ['localhost'] }, false],
  ['db.example.com', { hosts: ['db.example.com'] }, true],
  ['db.example.com', { hosts: ['*.example.com'] }, true],
  ['db.example.com', { hosts: ['example.com', '10.0.0.1'] }, false],
  ['db.example.com', { name: 'db.example.com', hosts: ['other.example.com'] }, false],
  // An address that is written as a name, or as the common name where no address is given.
  ['10.0.0.1', { hosts: ['DNS-only'], name: '10.0.0.1' }, true],
  ['10.0.0.1', { hosts: ['10.0.0.2'], name: '10.0.0.1' }, false],
])('%s with %j', (host, certificate, expected) => {
  expect(fits(host, certificate)).toBe(expected);
});

test('an address that is written as a name', () => {
  const certificate = { subject: { CN: 'database' }, subjectaltname: 'DNS:10.0.0.1' } as unknown as PeerCertificate;
  expect(identityProblem('10.0.0.1', certificate)).toBeUndefined();
  expect(identityProblem('10.0.0.11', certificate)).toBeDefined();
});
