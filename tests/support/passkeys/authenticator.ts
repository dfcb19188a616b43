import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeCbor } from './cbor.js';

const FLAGS = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 } as const;
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: string | Buffer) => Buffer.from(data).toString('base64url');

const bytes = (part = '') => Buffer.from(part, 'base64url');

/** How keys are made, and written as COSE keys (RFC 9053). `LONG_RS256` is no key, but looks like one of 8,192 bits. */
const ALGORITHMS = {
  ES256: {
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ...{
      hash: 'sha256',
      cose: ({ x, y }) => [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ],
    },
  },
  ES384: {
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    ...{
      hash: 'sha384',
      cose: ({ x, y }) => [
        [1, 2],
        [3, -35],
        [-1, 2],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ],
    },
  },
  EdDSA: {
    make: () => generateKeyPairSync('ed25519'),
    ...{
      hash: null,
      cose: ({ x }) => [
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(x)],
      ],
    },
  },
  RS256: {
    make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ...{
      hash: 'sha256',
      cose: ({ n, e }) => [
        [1, 3],
        [3, -257],
        [-1, bytes(n)],
        [-2, bytes(e)],
      ],
    },
  },
  LONG_RS256: {
    make: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ...{
      hash: 'sha256',
      cose: ({ e }) => [
        [1, 3],
        [3, -257],
        [-1, Buffer.alloc(1024, 0xff)],
        [-2, bytes(e)],
      ],
    },
  },
} as const satisfies Record<string, Algorithm>;

interface Algorithm {
  readonly make: () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly hash: string | null;
  readonly cose: (jwk: JsonWebKey) => readonly (readonly [number, number | Buffer])[];
}

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
  readonly backedUp?: boolean;
  readonly rawId?: string;
  readonly userHandle?: string | null;
  /** Signs in place of the key. */
  readonly key?: KeyObject;
  /** Bytes that are cut off the end of what the authenticator wrote. */
  readonly cut?: number;
}

export interface AuthenticatorOptions {
  readonly origin: string;
  /** Whether its keys are copied to other devices of their owner. */
  readonly synced?: boolean;
  /** Whether it counts what it signs. */
  readonly counts?: boolean;
  readonly algorithm?: keyof typeof ALGORITHMS;
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
  readonly #algorithm: Algorithm;
  key: ReturnType<Algorithm['make']>;
  userHandle: string | null = null;
  counter = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#algorithm = ALGORITHMS[options.algorithm ?? 'ES256'];
    this.key = this.#algorithm.make();
  }

  /** A copy of the device with all its keys, as a thief makes it. */
  copy(): SoftwareAuthenticator {
    const copy = new SoftwareAuthenticator(this.#options);
    return Object.assign(copy, { id: this.id, key: this.key, userHandle: this.userHandle, counter: this.counter });
  }

  register(options: CreationOptions, forged: Forgery = {}): object {
    this.userHandle = options.user.id;
    const length = Buffer.from([this.id.length >> 8, this.id.length & 255]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.#coseKey()]);
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
    return this.#answer({ clientDataJSON, attestationObject, transports: ['internal', 'hybrid'] }, forged);
  }

  signIn(options: RequestOptions, forged: Forgery = {}): object {
    const authData = this.#authData(options.rpId, forged, Buffer.alloc(0));
    const authenticatorData = authData.subarray(0, authData.length - (forged.cut ?? 0));
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, forged);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = base64url(sign(this.#algorithm.hash, signed, forged.key ?? this.key.privateKey));
    const userHandle = forged.userHandle === undefined ? this.userHandle : forged.userHandle;
    return this.#answer(
      { clientDataJSON, authenticatorData: base64url(authenticatorData), signature, userHandle },
      forged,
    );
  }

  #answer(response: object, { rawId = base64url(this.id) }: Forgery): object {
    const id = base64url(this.id);
    return {
      id,
      rawId,
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
    const { userPresent = true, userVerified = true, backupEligible = synced, backedUp = backupEligible } = forged;
    const head = Buffer.alloc(5);
    head.writeUInt8(
      (userPresent ? FLAGS.up : 0) |
        (userVerified ? FLAGS.uv : 0) |
        (backupEligible ? FLAGS.be : 0) |
        (backedUp ? FLAGS.bs : 0) |
        (attested.length > 0 ? FLAGS.at : 0),
    );
    head.writeUInt32BE(forged.counter ?? this.counter, 1);
    return Buffer.concat([sha256(forged.rpId ?? rpId), head, attested]);
  }

  #coseKey(): Buffer {
    return encodeCbor(new Map(this.#algorithm.cose(this.key.publicKey.export({ format: 'jwk' }))));
  }
}
