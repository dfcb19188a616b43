import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeCbor } from './cbor.js';

const FLAGS = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 } as const;
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: string | Buffer) => Buffer.from(data).toString('base64url');

/** COSE names: curve, its name in COSE, algorithm, hash, bytes of a coordinate. */
const CURVES = {
  ES256: { namedCurve: 'P-256', crv: 1, alg: -7, hash: 'sha256' },
  ES384: { namedCurve: 'P-384', crv: 2, alg: -35, hash: 'sha384' },
} as const;

/** What a forger, or a broken browser, does otherwise. */
export interface Forgery {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  /** In place of the next count. */
  readonly counter?: number;
  readonly backupEligible?: boolean;
  readonly userHandle?: string | null;
  /** Signs in place of the key. */
  readonly key?: KeyObject;
  readonly algorithm?: keyof typeof CURVES;
  /** Bytes that are cut off the end of what the authenticator wrote. */
  readonly cut?: number;
}

export interface AuthenticatorOptions {
  readonly origin: string;
  /** Whether its keys are copied to other devices of their owner. */
  readonly synced?: boolean;
  /** Whether it counts what it signs. */
  readonly counts?: boolean;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
}

/** A browser with an authenticator: it has one passkey, and does what the options say, unless it forges. */
export class SoftwareAuthenticator {
  readonly #options: AuthenticatorOptions;
  readonly id = randomBytes(32);
  key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  userHandle: string | null = null;
  counter = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** A copy of the device with all its keys, as a thief makes it. */
  copy(): SoftwareAuthenticator {
    const copy = new SoftwareAuthenticator(this.#options);
    return Object.assign(copy, { id: this.id, key: this.key, userHandle: this.userHandle, counter: this.counter });
  }

  register(options: CreationOptions, forged: Forgery = {}): object {
    const { algorithm = 'ES256' } = forged;
    if (algorithm !== 'ES256') {
      const { namedCurve } = CURVES[algorithm];
      this.key = generateKeyPairSync('ec', { namedCurve }) as typeof this.key;
    }
    this.userHandle = options.user.id;
    const length = Buffer.from([this.id.length >> 8, this.id.length & 255]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.#coseKey(algorithm)]);
    const authData = this.#authData(options.rp.id, forged, attested);
    const attestation = encodeCbor(
      new Map<string, string | Buffer | Map<string, string>>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    const attestationObject = base64url(attestation.subarray(0, attestation.length - (forged.cut ?? 0)));
    const clientDataJSON = this.#clientData('webauthn.create', options.challenge, forged);
    return this.#answer({ clientDataJSON, attestationObject, transports: ['internal', 'hybrid'] });
  }

  signIn(options: RequestOptions, forged: Forgery = {}): object {
    const authData = this.#authData(options.rpId, forged, Buffer.alloc(0));
    const authenticatorData = authData.subarray(0, authData.length - (forged.cut ?? 0));
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, forged);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = base64url(sign('sha256', signed, forged.key ?? this.key.privateKey));
    const userHandle = forged.userHandle === undefined ? this.userHandle : forged.userHandle;
    return this.#answer({ clientDataJSON, authenticatorData: base64url(authenticatorData), signature, userHandle });
  }

  #answer(response: object): object {
    const id = base64url(this.id);
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response,
    };
  }

  #clientData(type: string, challenge: string, forged: Forgery): string {
    const { origin = this.#options.origin, crossOrigin = false, topOrigin } = forged;
    const told = { type: forged.type ?? type, challenge: forged.challenge ?? challenge, origin, crossOrigin };
    return base64url(JSON.stringify({ ...told, ...(topOrigin !== undefined && { topOrigin }) }));
  }

  #authData(rpId: string, forged: Forgery, attested: Buffer): Buffer {
    const { synced = false, counts = true } = this.#options;
    if (counts) this.counter += 1;
    const { userPresent = true, userVerified = true, backupEligible = synced } = forged;
    const head = Buffer.alloc(5);
    head.writeUInt8(
      (userPresent ? FLAGS.up : 0) |
        (userVerified ? FLAGS.uv : 0) |
        (backupEligible ? FLAGS.be | FLAGS.bs : 0) |
        (attested.length > 0 ? FLAGS.at : 0),
    );
    head.writeUInt32BE(forged.counter ?? this.counter, 1);
    return Buffer.concat([sha256(forged.rpId ?? rpId), head, attested]);
  }

  #coseKey(algorithm: keyof typeof CURVES): Buffer {
    const { x = '', y = '' } = this.key.publicKey.export({ format: 'jwk' });
    const { alg, crv } = CURVES[algorithm];
    const entries = [
      [1, 2],
      [3, alg],
      [-1, crv],
      [-2, Buffer.from(String(x), 'base64url')],
      [-3, Buffer.from(String(y), 'base64url')],
    ] as const;
    return encodeCbor(new Map<number, number | Buffer>(entries));
  }
}
