import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { Clock } from '../../platform/clock.js';
import { isSigned, TOLERANCE, webhookKey } from '../../platform/webhook-signature.js';
import type { ReportRequest } from '../delivery-report.js';
import type { Proof } from './description.js';
import { fill } from './template.js';

type ProofOf<Kind extends Proof['kind']> = Extract<Proof, { kind: Kind }>;

export interface ProofParts {
  /** Of a setting that a proof names. */
  secretOf(setting: string): string;
  readonly clock: Clock;
}

/** Seconds by which the clock of a provider may differ from ours. */
const SKEW = 5;
const HASHES = ['HS256', 'HS384', 'HS512'];

/** Whether a report comes from the provider: every proof that the description asks for is there. */
export async function isProved(proofs: readonly Proof[], request: ReportRequest, parts: ProofParts): Promise<boolean> {
  for (const proof of proofs) if (!(await holds(proof, request, parts))) return false;
  return proofs.length > 0;
}

async function holds(proof: Proof, request: ReportRequest, parts: ProofParts): Promise<boolean> {
  switch (proof.kind) {
    case 'address':
      return isSame(onlyParameter(request, 'secret'), parts.secretOf(proof.setting));
    case 'header':
      return isSame(headerOf(request, proof.header), parts.secretOf(proof.setting));
    case 'basic': {
      const pair = `${parts.secretOf(proof.user)}:${parts.secretOf(proof.password)}`;
      return isSame(headerOf(request, 'authorization'), `Basic ${Buffer.from(pair).toString('base64')}`);
    }
    case 'hmac':
      return isTimely(proof, request, parts.clock) && hmacIsRight(proof, request, parts);
    case 'ed25519':
      return isTimely(proof, request, parts.clock) && signatureIsRight(proof, request, parts);
    case 'jwt':
      return tokenIsRight(proof, request, parts);
    case 'standard-webhooks':
      return webhookIsSigned(proof, request, parts);
  }
}

/** Takes the same time whatever is given. */
function isSame(given: string | null, right: string): boolean {
  const [one, other] = [given ?? '', right].map((each) => createHash('sha256').update(each).digest());
  return given !== null && right !== '' && one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** Null: the header is absent or doubled. */
function headerOf({ headers }: ReportRequest, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}

/** Null: the query has no such parameter, or more than one. */
export function onlyParameter({ url }: Pick<ReportRequest, 'url'>, name: string): string | null {
  const [value, ...others] = new URL(url).searchParams.getAll(name);
  return value !== undefined && others.length === 0 ? value : null;
}

function isTimely({ timestamp }: ProofOf<'hmac' | 'ed25519'>, request: ReportRequest, clock: Clock): boolean {
  if (timestamp === undefined) return true;
  const seconds = headerOf(request, timestamp.header);
  if (seconds === null || !/^[1-9]\d{0,11}$/.test(seconds)) return false;
  return Math.abs(clock.now().getTime() / 1000 - Number(seconds)) <= timestamp.tolerance;
}

/** What templates of signatures can name. A header that is missing leaves nothing to compare. */
export const signedNames = ['url', 'address', 'body', 'sortedFields'] as const;
export const SIGNED_HEADER = /^header\.([a-z0-9-]+)$/;

function signedText(template: string, request: ReportRequest): string | undefined {
  return fill(template, (name) => {
    const [, header] = SIGNED_HEADER.exec(name) ?? [];
    if (header !== undefined) return headerOf(request, header) ?? undefined;
    if (name === 'url') return request.url;
    if (name === 'address') return request.url.split('?', 1)[0];
    return name === 'body' ? request.body : sortedFields(request.body);
  });
}

/** The fields of a form by their names, names and values without anything between them. */
function sortedFields(body: string): string {
  const fields = [...new URLSearchParams(body)];
  return fields
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .flat()
    .join('');
}

function hmacIsRight(proof: ProofOf<'hmac'>, request: ReportRequest, { secretOf }: ProofParts): boolean {
  const { setting, header, encoding, algorithm, key = 'text', prefix = '' } = proof;
  const text = signedText(proof.signed, request);
  if (text === undefined) return false;
  const secret = Buffer.from(secretOf(setting), key === 'text' ? 'utf8' : key);
  if (secret.length === 0) return false;
  const right = prefix + createHmac(algorithm, secret).update(text).digest(encoding);
  // A provider signs with two keys while it changes them.
  const given = headerOf(request, header)?.split(',', MOST_SIGNATURES) ?? [];
  return given.some((each) => isSame(each.trim(), right));
}

const MOST_SIGNATURES = 5;

function signatureIsRight(proof: ProofOf<'ed25519'>, request: ReportRequest, { secretOf }: ProofParts): boolean {
  const text = signedText(proof.signed, request);
  const given = headerOf(request, proof.header);
  if (text === undefined || given === null) return false;
  const x = Buffer.from(secretOf(proof.setting), 'base64').toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, Buffer.from(given, proof.encoding));
  } catch {
    return false;
  }
}

async function tokenIsRight(proof: ProofOf<'jwt'>, request: ReportRequest, parts: ProofParts): Promise<boolean> {
  const { header, setting, urlHash, bodyHash, issuer } = proof;
  const token = headerOf(request, header);
  if (token === null) return false;
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(parts.secretOf(setting)), {
      algorithms: HASHES,
      currentDate: parts.clock.now(),
      clockTolerance: SKEW,
      requiredClaims: ['exp', urlHash],
      ...(issuer !== undefined && { issuer }),
    });
    const body = request.body === '' ? payload[bodyHash] === undefined : payload[bodyHash] === sha256(request.body);
    return payload[urlHash] === sha256(request.url) && body;
  } catch {
    return false;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function webhookIsSigned(proof: ProofOf<'standard-webhooks'>, request: ReportRequest, parts: ProofParts): boolean {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((each) =>
    headerOf(request, `webhook-${each}`),
  );
  if (!id || !/^[\w:-]{1,128}$/.test(id) || !timestamp || !/^[1-9]\d{0,11}$/.test(timestamp) || !signature)
    return false;
  if (Math.abs(parts.clock.now().getTime() / 1000 - Number(timestamp)) > TOLERANCE) return false;
  return isSigned(
    { id, timestamp: Number(timestamp), body: request.body },
    signature,
    webhookKey(parts.secretOf(proof.setting)),
  );
}
