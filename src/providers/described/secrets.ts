import type { ProviderUse } from '../provider.js';
import type { DescribedRequest, Description, Proof } from './description.js';
import type { DescribedSettings } from './setting-values.js';
import { namesIn } from './template.js';

/** Characters of a secret that operators choose themselves. */
const LEAST_CHARACTERS = 16;
/** Bytes of a key: fewer could be guessed. */
const LEAST_BYTES = 8;
const HEX = /^([0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * Complains of values that prove nothing, or that no request can hold. Node reads the beginning of a key that is not written as it
 * says: a key with one byte would be left.
 */
export function checkSecrets(
  { request, reports }: Pick<Description, 'request' | 'reports'>,
  settings: DescribedSettings,
  { complain }: Pick<ProviderUse, 'complain'>,
): void {
  const textOf = (name: string) => {
    const value = settings.get(name)?.value;
    return typeof value === 'string' ? value : null;
  };
  for (const proof of reports?.proof ?? []) {
    if (proof.kind === 'basic') continue;
    const value = textOf(proof.setting);
    const wrong = value === null ? null : wrongWith(proof, value);
    if (wrong !== null) complain(`${proof.setting} ${wrong}.`);
  }
  for (const name of new Set(namesInHeaders(request))) {
    if (!HEADER_VALUE.test(textOf(name) ?? '')) complain(`${name} has a character that no header can hold.`);
  }
}

function wrongWith(proof: Exclude<Proof, { kind: 'basic' }>, value: string): string | null {
  switch (proof.kind) {
    case 'address':
      return value.length < LEAST_CHARACTERS ? `must have ${LEAST_CHARACTERS} characters or more` : null;
    case 'hmac':
      return proof.key === undefined || proof.key === 'text' ? null : wrongKey(value, proof.key);
    case 'ed25519':
      return BASE64.test(value) && Buffer.from(value, 'base64').length === 32 ? null : 'must be 32 bytes in base64';
    case 'standard-webhooks':
      return value.startsWith('whsec_') ? wrongKey(value.slice('whsec_'.length), 'base64') : 'must begin with whsec_';
    default:
      return null;
  }
}

function wrongKey(value: string, encoding: 'hex' | 'base64'): string | null {
  const isWritten = (encoding === 'hex' ? HEX : BASE64).test(value);
  if (isWritten && Buffer.from(value, encoding).length >= LEAST_BYTES) return null;
  return `must be ${LEAST_BYTES} bytes or more in ${encoding === 'hex' ? 'hexadecimal digits' : 'base64'}`;
}

/** Basic credentials are encoded, so they can have any character. */
function namesInHeaders({ headers = {}, authorization }: DescribedRequest): string[] {
  const bearer = authorization !== undefined && 'bearer' in authorization ? [authorization.bearer] : [];
  const values = Object.values(headers).filter((each) => typeof each === 'string');
  return [...bearer, ...values].flatMap(namesIn);
}
